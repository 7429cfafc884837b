/** The base of every error the probe throws: a code to switch on, and one line for people as the message. */
export class ProbeError<C extends string> extends Error {
  override readonly name: string = 'ProbeError';
  readonly code: C;

  constructor(code: C, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The one line of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
