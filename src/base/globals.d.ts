/** The few globals that a pure folder may use. Anything else of the platform is an import, and is refused by `types: []`. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
/** Whether whoever waits has been told to stop. Who waits on it is not pure, and sees the platform's own. */
interface AbortSignal {
  readonly aborted: boolean;
}
