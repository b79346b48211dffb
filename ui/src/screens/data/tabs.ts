/** The parts of a data type. */
export const TABS = [
  { value: "things", label: "Things" },
  { value: "fields", label: "Fields" },
  { value: "privacy", label: "Privacy" },
];
