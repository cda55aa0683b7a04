/**
 * Keeps a candidate's invitation for use without internet. Built as pass-sw.js and served below /my/invitation/, so
 * that it has a say over these pages and no others. The network comes first; the kept copy is for when it fails, or when
 * the server no longer knows who holds this phone (the link was opened too long ago, or somebody else's after it).
 */
interface KeepMessage {
  keep: string;
  fragments: string[];
}
interface Client {
  readonly url: string;
}
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  readonly clientId: string;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void>; get(id: string): Promise<Client | undefined> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(kind: "fetch", act: (event: Fetching) => void): void;
  addEventListener(kind: "message", act: (event: MessageEvent & Waiting) => void): void;
}
declare const self: Scope;
/** Logical name → file name, put in by the build. */
declare const ASSETS: Record<string, string>;

const NEEDED = /^(app\.(css|js)|pass\.js|sprite\.svg|icon\.svg|noto-sans-(latin|cyrillic)-(400|600|700)\.woff2)$/;
const FILES = Object.entries(ASSETS)
  .filter(([name]) => NEEDED.test(name))
  .map(([, file]) => `/static/${file}`);
const SHELL = `pass-shell-${ASSETS["app.css"] ?? ""}-${ASSETS["app.js"] ?? ""}`;
const PAGES = "pass-pages";
const PAGE = /^\/my\/invitation\/[0-9a-f-]{36}$/;
const KEEP_UNTIL = "X-Keep-Until";
const PATIENCE = 4000;
/** Names the page of the personal link that was revoked: the mail went to somebody else, or the code is void. */
const GONE = "X-Gone";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOldShells(), forgetOldPages()]).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const message = event.data as KeepMessage;
  const tell = event.ports[0];
  event.waitUntil(keep(message).then((kept) => tell?.postMessage(kept)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (PAGE.test(url.pathname) && url.search === "") event.respondWith(answerPage(request, url.pathname));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(answerFile(request));
  } else if (url.pathname.startsWith("/scheduling/my/timetable/")) {
    event.respondWith(answerFragment(request, event.clientId));
  }
});

/** Load the page and its fragments once more, so that they are there without internet. */
async function keep(message: KeepMessage): Promise<boolean> {
  const page = new URL(message.keep, self.location.origin).pathname;
  if (!PAGE.test(page)) return false;
  const pages = await caches.open(PAGES);
  try {
    const response = await fetch(page, { credentials: "same-origin" });
    if (!response.ok || response.redirected) return false;
    await pages.put(page, response);
    for (const fragment of message.fragments) await keepFragment(pages, page, fragment);
    return true;
  } catch {
    return (await pages.match(page)) !== undefined;
  }
}

async function keepFragment(pages: Cache, page: string, fragment: string): Promise<void> {
  const response = await fetch(fragment, { credentials: "same-origin", headers: { "HX-Request": "true" } });
  if (response.ok) await pages.put(keyOf(page, fragment), response);
}

async function answerPage(request: Request, page: string): Promise<Response> {
  const pages = await caches.open(PAGES);
  const kept = await pages.match(page);
  try {
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (response.ok && !response.redirected) await pages.put(page, response.clone());
    if (response.headers.get(GONE) === page) {
      await forgetPage(page);
      return response;
    }
    if (!kept || !isLost(response.status)) return response;
  } catch (fault) {
    if (!kept) throw fault;
  }
  return kept && isWorthShowing(kept) ? markStale(kept) : Response.error();
}

/** Not signed in any more, signed in as somebody else on this phone, or a server in trouble: the copy is still good. */
function isLost(status: number): boolean {
  return status === 401 || status === 403 || status === 404 || status === 410 || status >= 500;
}

async function answerFile(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** A timetable belongs to the page that asks for it: two people may use one phone. */
async function answerFragment(request: Request, clientId: string): Promise<Response> {
  const client = await self.clients.get(clientId);
  const key = keyOf(client ? new URL(client.url).pathname : "", new URL(request.url).pathname);
  const pages = await caches.open(PAGES);
  const kept = await pages.match(key);
  try {
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (response.ok && !response.redirected) await pages.put(key, response.clone());
    if (response.ok || !isLost(response.status)) return response;
  } catch {
    // No internet: what was kept, or nothing, which leaves the page as it is.
  }
  return kept ?? new Response(null, { status: 204 });
}

function keyOf(page: string, fragment: string): string {
  return `${fragment}?for=${encodeURIComponent(page)}`;
}

/** The kept page says that it is a copy: its strip is hidden until now. */
async function markStale(kept: Response): Promise<Response> {
  const page = (await kept.text()).replace("data-stale hidden", "data-stale");
  return new Response(page, { headers: kept.headers });
}

function isWorthShowing(kept: Response): boolean {
  const until = Date.parse(kept.headers.get(KEEP_UNTIL) ?? "");
  return Number.isNaN(until) || until > Date.now();
}

async function forgetOldShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("pass-shell-") && name !== SHELL).map((name) => caches.delete(name)));
}

/** The page and what belonged to it, also without internet from now on. */
async function forgetPage(page: string): Promise<void> {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const { pathname, searchParams } = new URL(request.url);
    if ((searchParams.get("for") ?? pathname) === page) await pages.delete(request);
  }
}

/** Pages whose time is over go, and what belonged to them. */
async function forgetOldPages(): Promise<void> {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const { pathname, searchParams } = new URL(request.url);
    const kept = await pages.match(searchParams.get("for") ?? pathname);
    if (!kept || !isWorthShowing(kept)) await pages.delete(request);
  }
}

export {};
