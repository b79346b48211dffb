import { createTheme, type MantineColorsTuple } from "@mantine/core";

const indigo: MantineColorsTuple = [
  "#eef0fd",
  "#dcdffa",
  "#b7bdf2",
  "#9099eb",
  "#6f7ae5",
  "#5865dd",
  "#4453c9",
  "#3a47b0",
  "#323d97",
  "#29327d",
];
const gray: MantineColorsTuple = [
  "#f8f9fb",
  "#f1f3f6",
  "#e7eaef",
  "#d9dde5",
  "#c3c9d4",
  "#9aa2b1",
  "#6a7282",
  "#4d5564",
  "#343b48",
  "#1d222b",
];
const dark: MantineColorsTuple = [
  "#dfe3ea",
  "#b9c0cc",
  "#98a1b0",
  "#6c7584",
  "#3d4552",
  "#2d343f",
  "#232932",
  "#1a1e25",
  "#14171d",
  "#0f1216",
];

/** Calm and dense: small radii, 13 px text, one colour for what can be done. */
export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 6, dark: 5 },
  colors: { indigo, gray, dark },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSizes: { xs: "11.5px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  headings: {
    fontWeight: "620",
    sizes: { h1: { fontSize: "19px" }, h2: { fontSize: "16px" }, h3: { fontSize: "14px" } },
  },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "md" } },
    TextInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs", allowDeselect: false, selectFirstOptionOnChange: true } },
    Checkbox: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: "xs" } },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 80 } } },
    Modal: {
      styles: { title: { fontWeight: 620, fontSize: 15 } },
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        // Its element is `header`, which in a dialog would be a second banner of the page.
        attributes: { header: { role: "presentation" } },
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
  },
});
