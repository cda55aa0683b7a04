/** Small things of a page: menus that close, texts that copy, lines that take turns, fragments that fail politely. */

/** A menu closes on Escape and on a click elsewhere. */
export function closeMenus(): void {
  const close = (except: Node | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.hd-drop[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target as Node));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.hd-drop[open]");
    if (!open) return;
    close(null);
    open.querySelector("summary")?.focus();
  });
}

/** Copy buttons appear where a browser can copy, and say so when they did. */
export function copyTexts(root: ParentNode): void {
  if (!("clipboard" in navigator)) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-copy]:not([data-ready])")) {
    button.dataset["ready"] = "";
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = document.getElementById(button.dataset["copy"] ?? "")?.textContent ?? "";
      void navigator.clipboard.writeText(text.trim()).then(() => {
        const words = button.querySelector("span");
        if (words) words.textContent = button.dataset["copied"] ?? "";
      });
    });
  }
}

/** The lines of the hall screen take turns in being the large one. `data-rotate` holds the seconds. */
export function rotateLines(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>("[data-rotate]:not([data-ready])")) {
    list.dataset["ready"] = "";
    const timer = setInterval(() => {
      if (!list.isConnected) clearInterval(timer);
      const live = list.querySelector(".is-live");
      live?.classList.remove("is-live");
      (live?.nextElementSibling ?? list.firstElementChild)?.classList.add("is-live");
    }, Number(list.dataset["rotate"]) * 1000);
  }
}

interface HtmxEvent extends Event {
  detail: {
    ctx?: {
      text?: string;
      select?: string | null;
      target?: unknown;
      response?: { status: number };
      request: { headers: Record<string, string> };
      sourceElement?: Element;
    };
  };
}

/** Fragments: requests carry the token; a whole page never lands inside a page; a click that failed is told. */
export function guardFragments(): void {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  document.addEventListener("htmx:config:request", (event) => {
    const ctx = (event as HtmxEvent).detail.ctx;
    if (token && ctx) ctx.request.headers["X-CSRFToken"] = token;
  });
  // A page in place of a fragment: the sign-in page after a session ended, or an error page.
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = (event as HtmxEvent).detail.ctx;
    if (!ctx || ctx.select || ctx.target === document.body || !/^\s*<!doctype/i.test(ctx.text ?? "")) return;
    event.preventDefault();
    tellFailure(ctx.sourceElement);
  });
  document.addEventListener("htmx:error", (event) => tellFailure((event as HtmxEvent).detail.ctx?.sourceElement));
  document.addEventListener("htmx:response:error", (event) => {
    const ctx = (event as HtmxEvent).detail.ctx;
    // A refusal comes as a fragment that says so itself.
    if (ctx && ![400, 409, 422].includes(ctx.response?.status ?? 0)) tellFailure(ctx.sourceElement);
  });
}

/** A person who pressed something hears that it failed. What asks by itself tries again and stays silent. */
function tellFailure(source: Element | undefined): void {
  const notice = document.getElementById("hd-notice");
  if (notice && !source?.getAttribute("hx-trigger")?.includes("every")) notice.hidden = false;
}
