import { Link } from "@tanstack/react-router";
import { screens } from "../screens/screens";
import classes from "./Navigation.module.css";

/** The way between the screens. */
export function Navigation() {
  return (
    <nav className={classes.rail} aria-label="Screens">
      {screens.map(({ name, label, icon: Icon }) => (
        <Link
          key={name}
          to={`/${name}`}
          className={classes.item}
          activeProps={{ "data-active": true, "aria-current": "page" }}
        >
          <Icon size={19} stroke={1.6} />
          <span>{label}</span>
        </Link>
      ))}
    </nav>
  );
}
