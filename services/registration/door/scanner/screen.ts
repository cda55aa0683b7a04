/** What the page shows: verdict, counts, sign, panel. Text only ever goes in as text. */
import type { Phone } from "./queue";
import type { Counts } from "./server";
import { type Answer, type Line, type Words, fill, linesOf, lookOf } from "./verdicts";

const CLASSES: Record<Line["kind"], string> = {
  word: "hd-verdict__word", name: "hd-verdict__name", language: "hd-verdict__lang",
  stop: "hd-verdict__lang", plain: "",
};

export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(`door-${id}`);
  if (!found) throw new Error(`door-${id}`);
  return found as T;
}

export class Screen {
  private readonly view = document.getElementById("door") as HTMLElement;
  private readonly language = this.view.dataset["language"] ?? "nl";
  private timeZone = "Europe/Amsterdam";
  readonly wasm = this.view.dataset["wasm"] ?? "";

  constructor(readonly words: Words) {}

  // ── the verdict ─────────────────────────────────────────────────────────────────────────────────────────────

  showVerdict(answer: Answer, onNext: () => void): void {
    const look = lookOf(answer.verdict);
    const section = document.createElement("section");
    section.className = `hd-verdict hd-verdict--${look.tone}`;
    section.setAttribute("role", look.lasts === null ? "alert" : "status");
    section.dataset["verdict"] = answer.verdict;
    section.append(this.icon(look.sign, "hd-verdict__sign"));
    for (const line of linesOf(answer, this.words, this.language, (moment) => this.time(moment))) section.append(this.line(line));
    if (look.lasts === null) section.append(this.nextKey(onNext));
    part("verdict").replaceChildren(section);
    part("hint").hidden = true;
    section.querySelector("button")?.focus();
  }

  clearVerdict(): void {
    part("verdict").replaceChildren();
    part("hint").hidden = false;
  }

  private line(line: Line): HTMLElement {
    const paragraph = document.createElement("p");
    paragraph.className = CLASSES[line.kind];
    if (line.lang) paragraph.lang = line.lang;
    if (line.kind === "language") paragraph.append(this.icon("languages", "hd-icon"), " ");
    paragraph.append(line.text);
    return paragraph;
  }

  private nextKey(onNext: () => void): HTMLElement {
    const keys = document.createElement("div");
    keys.className = "hd-verdict__keys";
    const key = document.createElement("button");
    key.type = "button";
    key.className = "hd-key hd-key--light";
    key.textContent = this.says("next");
    key.addEventListener("click", onNext);
    keys.append(key);
    return keys;
  }

  private icon(name: string, className: string): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", className);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.view.dataset["sprite"] ?? ""}#${name}`);
    svg.append(use);
    return svg;
  }

  /** What to do next: hold a code up, or take away the one that was read. */
  showHint(isFree: boolean): void {
    const words = this.says(isFree ? "hold" : "take_away");
    if (part("hint-words").textContent !== words) part("hint-words").textContent = words;
  }

  // ── counts and sign ─────────────────────────────────────────────────────────────────────────────────────────

  showCounts(counts: Counts): void {
    part("inside").textContent = String(counts.inside);
    part("not-yet").textContent = String(counts.not_yet);
    part("expected").textContent = String(counts.expected);
  }

  showConnection(waiting: number, online: boolean): void {
    const words = [online ? "" : this.says("offline"), waiting > 0 ? this.says("waiting", { count: String(waiting) }) : ""];
    part("sign").hidden = online && waiting === 0;
    part("sign-words").textContent = words.filter(Boolean).join(" · ");
    part("waiting").textContent = String(waiting);
  }

  // ── the panel about this phone ──────────────────────────────────────────────────────────────────────────────

  showPhone(phone: Phone | undefined): void {
    part("not-set-up").hidden = phone !== undefined;
    part("facts").hidden = !phone;
    part("close").hidden = !phone;
    part("gate").textContent = part("gate-again").textContent = phone?.gate ?? "";
    const event = phone?.event;
    if (!event) return;
    this.timeZone = event.time_zone;
    part("event").textContent = `${event.name}, ${event.venue}`;
    part("date").textContent = this.date(event.starts_at);
  }

  openPanel(words = ""): void {
    part("panel-words").textContent = words;
    part("panel").hidden = false;
    part("panel").focus();
  }

  closePanel(): void {
    part("panel").hidden = true;
  }

  get isPanelOpen(): boolean {
    return !part("panel").hidden;
  }

  says(key: string, values: Record<string, string> = {}): string {
    return fill(this.words.says[key] ?? key, values);
  }

  private time(moment: string): string {
    const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.timeZone } as const;
    return new Intl.DateTimeFormat(this.language, style).format(new Date(moment));
  }

  private date(moment: string): string {
    const day = new Intl.DateTimeFormat(this.language, { dateStyle: "full", timeZone: this.timeZone });
    return `${day.format(new Date(moment))}, ${this.time(moment)}`;
  }
}
