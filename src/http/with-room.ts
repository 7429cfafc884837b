import type { Asked, Place } from './ask.ts';
import type { BodyRoom, Owner } from './body-room.ts';

/**
 * Asks, and once more where a large body was let go of for want of room: what waits for room keeps nobody from asking.
 * Null where there was no time left to wait for it.
 */
export async function askWithRoom(
  room: BodyRoom,
  owner: Owner,
  signal: AbortSignal,
  askOnce: (place: Place | null) => Promise<Asked>,
): Promise<Asked | null> {
  let place: Place | null = null;
  for (;;) {
    const asked: Asked = await askOnce(place).finally(place?.leave);
    if (asked.crowded === undefined) return asked;
    // What is larger than it was said to be has all of the room.
    const bytes: number = place === null ? asked.crowded : Infinity;
    const leave = await room.enter(owner, bytes, signal);
    if (leave === null) return null;
    place = { bytes, leave };
  }
}
