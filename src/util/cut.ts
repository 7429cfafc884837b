/** So many characters of a text at most, without a hold on the rest, which may be megabytes. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  // A slice of a string keeps the whole of it; a string of its own does not.
  return Buffer.from(text.slice(0, most)).toString();
}
