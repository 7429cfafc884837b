/** More than one, because what it belongs to may be deleted in the meantime. */
const KEPT = 3;

/** What something is attached to. */
export interface Place {
  readonly repository: string;
  readonly digest: string;
}

/** Lists that have come, to hold those against that do not: the rest of a registry may be well when its lists are not. */
export interface GoodLists {
  note(place: Place): void;
  /** The last ones but that of this digest. */
  others(place: Place): readonly Place[];
}

/** No list has come yet. */
export function createGoodLists(): GoodLists {
  let places: readonly Place[] = [];
  const isOther = (place: Place) => (one: Place) => one.digest !== place.digest || one.repository !== place.repository;
  return {
    note: (place) => void (places = [place, ...places.filter(isOther(place))].slice(0, KEPT)),
    others: (place) => places.filter(isOther(place)),
  };
}
