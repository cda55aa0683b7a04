/** The camera: started, stopped while nobody looks, turned round, with its light where it has one. */

interface TorchCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
}

export class Camera {
  private stream: MediaStream | null = null;
  private facing: "environment" | "user" = "environment";

  constructor(private readonly video: HTMLVideoElement) {}

  /** Throws what the browser throws when there is no camera or no permission. */
  async start(): Promise<void> {
    this.stop();
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: this.facing }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  get isOn(): boolean {
    return this.stream !== null && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  }

  async turn(): Promise<void> {
    this.facing = this.facing === "environment" ? "user" : "environment";
    await this.start();
  }

  get hasTorch(): boolean {
    const capabilities = this.track?.getCapabilities?.() as TorchCapabilities | undefined;
    return capabilities?.torch === true;
  }

  async light(on: boolean): Promise<void> {
    const wanted = { advanced: [{ torch: on }] } as unknown as MediaTrackConstraints;
    await this.track?.applyConstraints(wanted);
  }

  private get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }
}
