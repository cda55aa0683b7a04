/** Sound and vibration: a verdict is heard and felt in a noisy hall by somebody who looks at the guest. */
import type { Look } from "./verdicts";

let audio: AudioContext | undefined;

/** Browsers play sound only after somebody touched the page. */
export function allowSound(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function signal(look: Look): void {
  navigator.vibrate?.(look.shake);
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const [hertz, milliseconds] of look.notes) {
    const tone = new OscillatorNode(audio, { frequency: hertz, type: "triangle" });
    const loudness = new GainNode(audio, { gain: 0.4 });
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    at += milliseconds / 1000;
    tone.stop(at);
  }
}
