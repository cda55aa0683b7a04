/**
 * Lets the scanner open without a connection. Built as door-sw.js, served at /door/sw.js for the scope /door. The page
 * comes from the network first, so that it is never older than it has to be; its files carry a hash and come from here.
 */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(kind: "fetch", act: (event: Fetching) => void): void;
}
declare const self: Scope;
/** Logical name → file name, put in by the build. */
declare const ASSETS: Record<string, string>;

const NEEDED = /^(app\.(css|js)|scanner\.js|zxing_reader\.wasm|sprite\.svg|icon\.svg|noto-sans-(latin|cyrillic)-(400|600|700)\.woff2)$/;
const FILES = Object.entries(ASSETS)
  .filter(([name]) => NEEDED.test(name))
  .map(([, file]) => `/static/${file}`);
const SHELL = `door-${ASSETS["scanner.js"] ?? ""}-${ASSETS["app.css"] ?? ""}`;
const PAGE = "/door";
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll([PAGE, ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === PAGE) event.respondWith(answerPage(request));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(answerFile(request));
  }
});

async function answerPage(request: Request): Promise<Response> {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(PAGE);
  try {
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (response.ok && !response.redirected) await shell.put(PAGE, response.clone());
    // A redirect is an answer too: it is how the language is switched.
    return kept && response.status >= 500 ? kept : response;
  } catch (fault) {
    if (!kept) throw fault;
    return kept;
  }
}

/** A page that is newer than this script brings files with it that are not here yet. */
async function answerFile(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(SHELL)).put(request, response.clone());
  return response;
}

async function forgetOldShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("door-") && name !== SHELL).map((name) => caches.delete(name)));
}

export {};
