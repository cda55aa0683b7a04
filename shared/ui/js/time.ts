/** Time left: as a sentence for people who fill in a form, as a clock for people in a conversation. */

const SAID_AT = [5, 2, 1, 0];

/** Start counting for every element with data-until (words) or data-clock (minutes and seconds). */
export function countDown(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-until]:not([data-ready])")) {
    element.dataset["ready"] = "";
    every(element, 5, () => tellWords(element));
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-clock]:not([data-ready])")) {
    element.dataset["ready"] = "";
    every(element, 0.25, () => tellClock(element));
  }
}

function every(element: HTMLElement, seconds: number, act: () => void): void {
  act();
  const timer = setInterval(() => {
    if (element.isConnected) act();
    else clearInterval(timer);
  }, seconds * 1000);
}

function secondsUntil(moment: string): number {
  return Math.max(0, (Date.parse(moment) - Date.now()) / 1000);
}

/** "7 minutes left"; read out at 5, 2, 1 and 0 minutes and not in between. */
function tellWords(element: HTMLElement): void {
  const words = JSON.parse(element.dataset["words"] ?? "[]") as string[];
  const minutes = Math.floor(secondsUntil(element.dataset["until"] ?? "") / 60);
  const sentence = words[Math.min(minutes, words.length - 1)];
  if (sentence === undefined || sentence === element.textContent) return;
  element.textContent = sentence;
  const spoken = element.parentElement?.querySelector("[data-said]");
  if (spoken && SAID_AT.includes(minutes)) spoken.textContent = sentence;
}

function tellClock(element: HTMLElement): void {
  const left = Math.ceil(secondsUntil(element.dataset["clock"] ?? ""));
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  const seconds = String(left % 60).padStart(2, "0");
  const shown = hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
  if (element.textContent !== shown) element.textContent = shown;
}
