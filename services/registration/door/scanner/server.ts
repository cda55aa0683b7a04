/** The few things a phone says to the server. Nothing here throws: whatever happens is an outcome. */
import type { KeptScan, PhoneEvent } from "./queue";
import type { Answer } from "./verdicts";

export interface Counts {
  inside: number;
  not_yet: number;
  expected: number;
}

export interface Enrolled {
  token: string;
  gate: string;
}

/** `away`: no answer, so try again later. `barred`: this phone is not let in. `refused`: this will never be taken. */
export type Outcome<T> = { kind: "ok"; value: T } | { kind: "away" } | { kind: "barred" } | { kind: "refused" };

const PATIENCE = 4000;
const TRY_AGAIN = new Set([408, 425, 429]);

async function ask<T>(path: string, token: string | null, body?: unknown): Promise<Outcome<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token) headers["Authorization"] = `Device ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.ok) return { kind: "ok", value: (await response.json()) as T };
    const fault = (await response.json()) as { code?: string };
    // Without a code of ours it was said by something in between, such as the sign-in page of a Wi-Fi.
    if (!fault.code) return { kind: "away" };
    if (response.status === 401 || response.status === 403) return { kind: "barred" };
    return { kind: response.status >= 500 || TRY_AGAIN.has(response.status) ? "away" : "refused" };
  } catch {
    return { kind: "away" };
  }
}

export function enrol(code: string, name: string): Promise<Outcome<Enrolled>> {
  return ask("/api/devices/enrol", null, { code, name });
}

export function fetchEvent(token: string): Promise<Outcome<PhoneEvent>> {
  return ask("/api/door/event", token);
}

export function fetchCounts(token: string): Promise<Outcome<Counts>> {
  return ask("/api/door/counts", token);
}

/** Both times on this phone's clock: the server counts the difference, so a wrong clock does no harm. */
export function send(token: string, scan: KeptScan): Promise<Outcome<Answer>> {
  return ask("/api/door/scans", token, {
    client_id: scan.client_id,
    text: scan.text,
    scanned_at: new Date(scan.scanned_at).toISOString(),
    sent_at: new Date().toISOString(),
  });
}
