/** On the candidate's page: have it kept for use without internet, and say so once it is. Built as pass.js. */

const WORKER = "/my/invitation/sw.js";
const SCOPE = "/my/invitation/";

async function keepPage(): Promise<void> {
  await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  const { active } = await navigator.serviceWorker.ready;
  const fragments = [...document.querySelectorAll<HTMLElement>("[data-keep]")].map((one) => one.dataset["keep"] ?? "");
  const channel = new MessageChannel();
  channel.port1.onmessage = (event: MessageEvent<boolean>): void => {
    for (const sign of document.querySelectorAll<HTMLElement>("[data-kept]")) sign.hidden = !event.data;
  };
  active?.postMessage({ keep: location.pathname, fragments }, [channel.port2]);
}

// Without a service worker (an old browser, plain http) the page works, with internet.
if ("serviceWorker" in navigator) void keepPage().catch(() => undefined);
