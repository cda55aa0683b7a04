/** Reads QR codes from the camera's picture, with ZXing in WebAssembly from our own server. */
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";

import { chooseCode } from "./verdicts";

const LOOK_EVERY = 90;
const FETCH_AGAIN_AFTER = 1000;

/**
 * Look about eleven times a second and tell what is seen, null for nothing; nothing is told before the reader is here.
 * `isOn` says whether there is a picture at all.
 */
export async function watch(
  video: HTMLVideoElement,
  wasmAddress: string,
  isOn: () => boolean,
  onLook: (text: string | null) => void,
): Promise<never> {
  await fetchReader(wasmAddress);
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  for (;;) {
    try {
      if (isOn()) {
        onLook(chooseCode((await detector.detect(video)).map((code) => code.rawValue)) ?? null);
      }
    } catch (fault) {
      // A frame that could not be read, such as while the camera turns round: the next one can.
      console.debug("frame", fault);
    }
    await pause(LOOK_EVERY);
  }
}

/** ZXing fetches its own file once and never again, also when there was no connection at that moment: so we fetch it. */
async function fetchReader(address: string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(address);
      if (response.ok) {
        await prepareZXingModule({ overrides: { wasmBinary: await response.arrayBuffer() }, fireImmediately: true });
        return;
      }
    } catch (fault) {
      console.debug("reader", fault);
    }
    await pause(FETCH_AGAIN_AFTER);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
