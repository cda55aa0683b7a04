/** Forms: focus on what is wrong, filters that send themselves, rows that wait until they are needed. */

/** The summary of errors gets the focus, so that it is read out first. */
export function focusErrors(root: ParentNode): void {
  root.querySelector<HTMLElement>("#error-summary")?.focus();
}

/** A select marked so sends its form at once; its button is hidden by has-js. */
export function submitOnChange(): void {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field instanceof HTMLSelectElement && field.hasAttribute("data-submit-on-change")) field.form?.requestSubmit();
  });
}

/** Rows of languages: one empty row in sight, more on request. A row that holds something is never hidden. */
export function hideEmptyRows(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>("[data-rows]:not([data-ready])")) {
    list.dataset["ready"] = "";
    const rows = [...list.children] as HTMLElement[];
    const shown = Number(list.dataset["rows"]);
    const more = list.parentElement?.querySelector<HTMLButtonElement>("[data-more-rows]");
    for (const row of rows.slice(shown)) {
      row.hidden = [...row.querySelectorAll("select")].every((select) => select.value === "");
    }
    if (!more) continue;
    more.hidden = false;
    more.addEventListener("click", () => showNextRow(list, rows));
  }
}

function showNextRow(list: HTMLElement, rows: HTMLElement[]): void {
  let next = rows.find((row) => row.hidden);
  if (!next) {
    next = rows.at(-1)?.cloneNode(true) as HTMLElement;
    for (const select of next.querySelectorAll("select")) {
      select.removeAttribute("id");
      select.value = "";
    }
    list.append(next);
    rows.push(next);
  }
  next.hidden = false;
  next.querySelector("select")?.focus();
}

/** In a list with boxes to tick, Shift and a click tick everything in between. */
export function tickWithShift(): void {
  let last: HTMLInputElement | null = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.closest("tbody")) return;
    if (event.shiftKey && last?.isConnected && last.closest("tbody") === box.closest("tbody")) tickBetween(last, box);
    last = box;
  });
}

function tickBetween(from: HTMLInputElement, to: HTMLInputElement): void {
  const boxes = [...(to.closest("tbody")?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
  const [start, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b) as [number, number];
  for (const box of boxes.slice(start, end + 1)) {
    if (box.checked === to.checked) continue;
    box.checked = to.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
