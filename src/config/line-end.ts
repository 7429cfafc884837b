const LINE_ENDS = /[\r\n]+$/;

/** A text without the newline that an editor or `echo` leaves at the end of a file, and so in a Secret. */
export function withoutLineEnd(text: string): string {
  return text.replace(LINE_ENDS, '');
}
