/** A place to write to, such as a process's standard output. */
export interface Output {
  write(text: string): void;
  /** Writes what is long part by part, as the reader takes it: no part is made before that. Absent, it is one text. */
  stream?(parts: Iterable<string>): void;
  readonly isTTY: boolean;
  /** Of a terminal; a usual width otherwise. */
  columns(): number;
  /**
   * Comes when all that was written has been taken: null, or in one line why some of it was not. A reader that goes away
   * has read all that it wanted, which is no failure.
   */
  finish(): Promise<string | null>;
}

/** What the process hands to the program. Nothing else of the process is touched anywhere. */
export interface Io {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where the user's own files are; empty where there is no such place. */
  readonly homeDirectory: string;
  /** The module that a thread of this program begins with: the one that the process itself has begun with. */
  readonly entry: URL;
  /** Calls back for SIGTERM and SIGINT, until the returned function is called. */
  onSignal(handler: (signal: string) => void): () => void;
}
