/** Brings scans to the server: each is kept before it is sent, and sent again until it is answered. */
import type { KeptScan } from "./queue";
import type { Outcome } from "./server";
import type { Answer } from "./verdicts";

/** What delivery needs of the storage. */
export interface Store {
  add(scan: KeptScan): Promise<unknown>;
  remove(clientId: string): Promise<unknown>;
  waiting(): Promise<KeptScan[]>;
}

export interface Told {
  /** A scan that had to wait was answered after all. */
  onLateAnswer(answer: Answer): void;
  /** The server does not let this phone in any more. */
  onBarred(): void;
  /** How many scans wait, and whether the server was reached just now. */
  onState(waiting: number, reached: boolean): void;
}

export class Delivery {
  private readonly underWay = new Set<string>();
  private reached = true;

  constructor(
    private readonly store: Store,
    private readonly send: (scan: KeptScan) => Promise<Outcome<Answer>>,
    private readonly told: Told,
  ) {}

  /** Keep a scan, then send it. The answer, or null when it has to wait. Throws only when it cannot be kept. */
  async hand(scan: KeptScan): Promise<Answer | null> {
    this.underWay.add(scan.client_id);
    try {
      await this.store.add(scan);
      return await this.bring(scan);
    } finally {
      this.underWay.delete(scan.client_id);
      await this.tellState();
    }
  }

  /** Send what waits, the oldest first; stop at the first sign that nobody is there. */
  async sendWaiting(): Promise<void> {
    for (const scan of await this.store.waiting()) {
      if (this.underWay.has(scan.client_id)) continue;
      this.underWay.add(scan.client_id);
      try {
        const answer = await this.bring(scan);
        if (answer) this.told.onLateAnswer(answer);
      } finally {
        this.underWay.delete(scan.client_id);
      }
      if (!this.reached) break;
    }
    await this.tellState();
  }

  private async bring(scan: KeptScan): Promise<Answer | null> {
    const outcome = await this.send(scan);
    this.reached = outcome.kind !== "away";
    if (outcome.kind === "barred") this.told.onBarred();
    if (outcome.kind === "refused") await this.store.add({ ...scan, refused: true });
    if (outcome.kind !== "ok") return null;
    await this.store.remove(scan.client_id);
    return outcome.value;
  }

  private async tellState(): Promise<void> {
    this.told.onState((await this.store.waiting()).length, this.reached);
  }
}
