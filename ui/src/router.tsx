import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { screens } from "./screens/screens";
import { Gate } from "./shell/Gate";
import { NotFound } from "./shell/NotFound";
import { RouteError } from "./shell/RouteError";
import { Waiting } from "./shell/Waiting";

const root = createRootRoute({
  component: Gate,
  validateSearch: (search: Record<string, unknown>) => search,
  search: { middlewares: [retainSearchParams(["env"] as never)] },
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/workflows" });
  },
});

/** Each screen has its name as address, and everything below it: `/runs`, `/runs/abc`. */
const routes = screens.flatMap(({ name, load }) => {
  const component = lazyRouteComponent(load, "default");
  return [`/${name}`, `/${name}/$`].map((path) => createRoute({ getParentRoute: () => root, path, component }));
});

export const router = createRouter({
  routeTree: root.addChildren([home, ...routes]),
  basepath: "/editor",
  defaultPreload: "intent",
  defaultPendingComponent: Waiting,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
});
