/** What a scan means for the screen. No camera, no network, no storage: values in, values out. */

export type Word =
  | "admitted" | "already_in" | "void" | "wrong_event" | "unknown" | "not_today" | "over_capacity"
  /** Not a verdict: the scan could not be sent yet. */
  | "kept";

/** What the server says of a scan; null where the person is no concern of this door. */
export interface Answer {
  client_id: string;
  verdict: Word;
  number: number | null;
  name: string | null;
  readable_name: string | null;
  language: string | null;
  stop: string | null;
  stop_at: string | null;
  inside_since: string | null;
  gate: string | null;
}

/** The words of the page, in the reader's language. */
export interface Words {
  verdicts: Record<Word, { word: string; what: string }>;
  welcome: Record<string, string>;
  languages: Record<string, string>;
  says: Record<string, string>;
}

export interface Look {
  /** The colour of the screen; never alone: a sign and a word stand with it. */
  tone: "in" | "already" | "no" | "kept";
  sign: string;
  /** How long the screen stays, in milliseconds; null until somebody taps. */
  lasts: number | null;
  /** Milliseconds of shaking and pausing. */
  shake: number[];
  /** Notes to play: hertz and milliseconds. */
  notes: Array<[number, number]>;
}

const GREEN_LASTS = 1000;
const HIGH: Array<[number, number]> = [[880, 90], [1320, 130]];
const MIDDLE: Array<[number, number]> = [[520, 140], [520, 140]];
const LOW: Array<[number, number]> = [[220, 400]];
const LOOKS: Record<Word, Look> = {
  admitted: { tone: "in", sign: "check", lasts: GREEN_LASTS, shake: [60], notes: HIGH },
  already_in: { tone: "already", sign: "hand", lasts: null, shake: [120, 80, 120], notes: MIDDLE },
  over_capacity: { tone: "already", sign: "users", lasts: null, shake: [120, 80, 120], notes: MIDDLE },
  void: { tone: "no", sign: "ban", lasts: null, shake: [400], notes: LOW },
  wrong_event: { tone: "no", sign: "calendar-x", lasts: null, shake: [400], notes: LOW },
  unknown: { tone: "no", sign: "circle-question-mark", lasts: null, shake: [400], notes: LOW },
  not_today: { tone: "no", sign: "calendar-x", lasts: null, shake: [400], notes: LOW },
  kept: { tone: "kept", sign: "wifi-off", lasts: null, shake: [60, 60, 60], notes: [[440, 120]] },
};

export function lookOf(verdict: Word): Look {
  return LOOKS[verdict] ?? LOOKS.unknown;
}

/** One line of the verdict; `lang` where it is not the reader's language. */
export interface Line {
  kind: "word" | "name" | "language" | "stop" | "plain";
  text: string;
  lang?: string;
}

export function fill(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

/** What stands on the screen, from top to bottom. `timeOf` writes a moment on the event's clock. */
export function linesOf(answer: Answer, words: Words, reader: string, timeOf: (moment: string) => string): Line[] {
  const { word, what } = words.verdicts[answer.verdict] ?? words.verdicts.unknown;
  const lines: Line[] = [{ kind: "word", text: word }];
  const theirs = answer.language ?? reader;
  if (answer.verdict === "admitted" && theirs !== reader && words.welcome[theirs]) {
    lines.push({ kind: "plain", text: words.welcome[theirs], lang: theirs });
  }
  if (answer.inside_since && answer.gate !== null) {
    lines.push({ kind: "plain", text: fill(words.says["since"] ?? "", { time: timeOf(answer.inside_since), gate: answer.gate }) });
  }
  if (what) lines.push({ kind: "plain", text: what });
  if (answer.name) lines.push(...nameLines(answer, answer.name, words));
  if (answer.stop && answer.stop_at) {
    lines.push({ kind: "stop", text: fill(words.says["stop"] ?? "", { stop: answer.stop, time: timeOf(answer.stop_at) }) });
  }
  return lines;
}

/** The readable name big, the name as the person writes it under it, number and language. */
function nameLines(answer: Answer, name: string, words: Words): Line[] {
  const readable = answer.readable_name || name;
  const lines: Line[] = [{ kind: "name", text: readable }];
  const language = answer.language ?? "";
  if (readable !== name) lines.push({ kind: "plain", text: name, lang: language });
  if (answer.number !== null) {
    lines.push({ kind: "plain", text: fill(words.says["number"] ?? "", { number: String(answer.number) }) });
  }
  if (language) lines.push({ kind: "language", text: words.languages[language] ?? language });
  return lines;
}

/** A code that stays before the camera is one scan; held up again after it was away, it is another. */
export class Repeats {
  private text = "";
  private at = Number.NEGATIVE_INFINITY;

  constructor(private readonly awayFor = 1500) {}

  /** Note what the camera sees at `now` (milliseconds); true when this is a new scan, if it may count. */
  see(text: string, now: number): boolean {
    const isNew = text !== this.text || now - this.at > this.awayFor;
    this.text = text;
    this.at = now;
    return isNew;
  }

  /** Whether the last code has been away for long enough to count as a new scan. */
  isAway(now: number): boolean {
    return now - this.at > this.awayFor;
  }
}

/** Of several codes in view: one of ours, if there is one. */
export function chooseCode(texts: string[]): string | undefined {
  return texts.find((text) => text.startsWith("HD1:")) ?? texts[0];
}
