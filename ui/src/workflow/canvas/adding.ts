import { createContext, useContext } from "react";
import { type Spot, samePath } from "../value";

/** Where the add-action menu is open. */
export interface Adding {
  spot: Spot | null;
  open: (spot: Spot | null) => void;
}

export const AddingContext = createContext<Adding>({ spot: null, open: () => {} });
export const useAdding = (): Adding => useContext(AddingContext);

export const sameSpot = (one: Spot | null, other: Spot): boolean =>
  one !== null && one.index === other.index && samePath(one.list, other.list);
