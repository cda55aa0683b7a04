/** The scanner: a code before the camera becomes a scan, is kept, is sent, and its verdict fills the screen. */
import { Camera } from "./camera";
import { Delivery } from "./delivery";
import { type Phone, Queue } from "./queue";
import { watch } from "./reading";
import { Screen, part } from "./screen";
import { enrol, fetchCounts, fetchEvent, send } from "./server";
import { allowSound, signal } from "./signals";
import { type Answer, Repeats, type Words, lookOf } from "./verdicts";

const COUNTS_EVERY = 5000;
const SEND_EVERY = 3000;
const LONGEST_TEXT = 2000;

class Scanner {
  private readonly camera = new Camera(part<HTMLVideoElement>("camera"));
  private readonly repeats = new Repeats();
  private readonly delivery: Delivery;
  private phone: Phone | undefined;
  /** Asking: a scan is under way. Shown: the id of the scan whose verdict stays until a tap. */
  private asking = false;
  private shown: string | null = null;
  private fading: ReturnType<typeof setTimeout> | undefined;
  private waiting = 0;
  private reached = true;
  private barred = false;

  constructor(private readonly screen: Screen, private readonly queue: Queue) {
    this.delivery = new Delivery(queue, (scan) => send(this.phone?.token ?? "", scan), {
      onLateAnswer: (answer) => this.takeLateAnswer(answer),
      onBarred: () => this.bar(),
      onState: (waiting, reached) => this.showConnection(waiting, reached),
    });
  }

  async begin(): Promise<void> {
    this.phone = await this.queue.phone();
    this.listen();
    await this.enrolByAddress();
    this.screen.showPhone(this.phone);
    if (!this.phone) this.screen.openPanel(part("panel-words").textContent ?? "");
    await this.startCamera();
    void watch(part<HTMLVideoElement>("camera"), this.screen.wasm, () => this.camera.isOn, (text) => {
      if (text !== null) void this.see(text);
      this.screen.showHint(this.repeats.isAway(performance.now()));
    });
    void navigator.storage?.persist?.();
    await this.sendWaiting();
    await this.refresh();
    setInterval(() => void this.sendWaiting(), SEND_EVERY);
    setInterval(() => void this.refresh(), COUNTS_EVERY);
  }

  // ── a scan ──────────────────────────────────────────────────────────────────────────────────────────────────

  private async see(text: string): Promise<void> {
    const isNew = this.repeats.see(text, performance.now());
    if (!isNew || this.asking || this.shown !== null || this.screen.isPanelOpen) return;
    if (!this.phone || this.barred) return;
    this.asking = true;
    const scan = { client_id: crypto.randomUUID(), text: text.slice(0, LONGEST_TEXT), scanned_at: Date.now() };
    try {
      this.show((await this.delivery.hand(scan)) ?? keptAnswer(scan.client_id));
    } catch {
      this.screen.openPanel(this.screen.says("no_space"));
    } finally {
      this.asking = false;
    }
  }

  private show(answer: Answer): void {
    const look = lookOf(answer.verdict);
    clearTimeout(this.fading);
    this.shown = look.lasts === null ? answer.client_id : null;
    this.screen.showVerdict(answer, () => this.next());
    signal(look);
    if (look.lasts !== null) this.fading = setTimeout(() => this.screen.clearVerdict(), look.lasts);
    if (answer.verdict === "admitted") void this.refresh();
  }

  private next(): void {
    this.shown = null;
    this.screen.clearVerdict();
  }

  /** The connection came back while "not checked" still stands on the screen: show what the server says after all. */
  private takeLateAnswer(answer: Answer): void {
    if (this.shown === answer.client_id) this.show(answer);
    else void this.refresh();
  }

  private async sendWaiting(): Promise<void> {
    if (this.phone && !this.barred) await this.delivery.sendWaiting();
  }

  /** The server lets this phone in no more. What it kept stays, for when it is set up again. */
  private bar(): void {
    this.barred = true;
    this.screen.openPanel(this.screen.says("revoked"));
  }

  // ── this phone ──────────────────────────────────────────────────────────────────────────────────────────────

  /** The organiser's QR opens /door#code: exchange the code for a token, and take it out of the address. */
  private async enrolByAddress(): Promise<void> {
    const code = location.hash.slice(1);
    if (!code) return;
    const outcome = await enrol(code, this.nameOfPhone());
    if (outcome.kind === "away") {
      this.screen.openPanel(this.screen.says("no_connection"));
      return;
    }
    history.replaceState(null, "", location.pathname + location.search);
    if (outcome.kind !== "ok") {
      this.screen.openPanel(this.screen.says("code_invalid"));
      return;
    }
    this.phone = { token: outcome.value.token, gate: outcome.value.gate, event: null };
    this.barred = false;
    await this.queue.keepPhone(this.phone);
    this.screen.showPhone(this.phone);
    this.screen.closePanel();
    await this.learnEvent();
    await this.sendWaiting();
  }

  private nameOfPhone(): string {
    const system = /android|iphone|ipad|windows|mac os|linux/i.exec(navigator.userAgent)?.[0] ?? "";
    return `${this.screen.says("phone")} ${system}`.trim();
  }

  private async learnEvent(): Promise<void> {
    if (!this.phone) return;
    const outcome = await fetchEvent(this.phone.token);
    if (outcome.kind === "ok") {
      this.phone = { ...this.phone, event: outcome.value };
      await this.queue.keepPhone(this.phone);
      this.screen.showPhone(this.phone);
    } else if (outcome.kind === "barred") {
      this.bar();
    }
  }

  private async refresh(): Promise<void> {
    if (!this.phone || document.hidden) return;
    const outcome = await fetchCounts(this.phone.token);
    if (outcome.kind === "ok") this.screen.showCounts(outcome.value);
    this.showConnection(this.waiting, outcome.kind !== "away");
    if (outcome.kind === "barred" || (outcome.kind === "ok" && !this.phone.event)) await this.learnEvent();
  }

  private showConnection(waiting: number, reached: boolean): void {
    this.waiting = waiting;
    this.reached = reached;
    this.screen.showConnection(waiting, reached && navigator.onLine);
  }

  // ── what the crew and the browser do ────────────────────────────────────────────────────────────────────────

  private listen(): void {
    document.addEventListener("pointerdown", allowSound, { once: true });
    part("turn").addEventListener("click", () => void this.camera.turn().catch(() => this.startCamera()));
    part("about").addEventListener("click", () => this.screen.openPanel());
    part("close").addEventListener("click", () => {
      this.screen.closePanel();
      if (!this.camera.isOn) void this.startCamera();
    });
    part("torch").addEventListener("click", () => void this.turnLight());
    window.addEventListener("hashchange", () => void this.enrolByAddress());
    window.addEventListener("online", () => void this.cameBack());
    window.addEventListener("offline", () => this.showConnection(this.waiting, this.reached));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.camera.stop();
      else void this.startCamera().then(() => this.cameBack());
    });
  }

  private async cameBack(): Promise<void> {
    await this.enrolByAddress();
    await this.sendWaiting();
    await this.refresh();
  }

  private async startCamera(): Promise<void> {
    try {
      await this.camera.start();
      part("torch").hidden = !this.camera.hasTorch;
      void navigator.wakeLock?.request("screen").catch(() => undefined);
    } catch {
      this.screen.openPanel(this.screen.says("no_camera"));
    }
  }

  private async turnLight(): Promise<void> {
    const on = part("torch").getAttribute("aria-pressed") !== "true";
    await this.camera.light(on);
    part("torch").setAttribute("aria-pressed", String(on));
  }
}

/** Honest while offline: nobody has judged this pass yet. */
function keptAnswer(clientId: string): Answer {
  const nothing = { number: null, name: null, readable_name: null, language: null, stop: null, stop_at: null };
  return { client_id: clientId, verdict: "kept", ...nothing, inside_since: null, gate: null };
}

async function begin(): Promise<void> {
  void navigator.serviceWorker?.register("/door/sw.js", { scope: "/door" });
  const screen = new Screen(JSON.parse(part("words").textContent ?? "{}") as Words);
  try {
    await new Scanner(screen, await Queue.open()).begin();
  } catch (fault) {
    console.error(fault);
    screen.openPanel(screen.says("no_space"));
  }
}

void begin();
