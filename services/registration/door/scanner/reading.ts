/** Reads QR codes from the camera's picture, with ZXing in WebAssembly from our own server. */
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";

import { chooseCode } from "./verdicts";

const EVERY = 90;

/** Look about eleven times a second and tell what is seen, null for nothing. `isOn` says whether there is a picture at all. */
export function watch(
  video: HTMLVideoElement,
  wasmAddress: string,
  isOn: () => boolean,
  onLook: (text: string | null) => void,
): void {
  prepareZXingModule({ overrides: { locateFile: () => wasmAddress } });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const look = async (): Promise<void> => {
    try {
      if (isOn()) {
        onLook(chooseCode((await detector.detect(video)).map((code) => code.rawValue)) ?? null);
      }
    } catch (fault) {
      // A frame that could not be read, such as while the camera turns round: the next one can.
      console.debug("frame", fault);
    }
    setTimeout(() => void look(), EVERY);
  };
  void look();
}
