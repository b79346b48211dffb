import "./theme/styles";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { appQuery, catalogueQuery } from "./api/app";
import { onLoggedOut, onStale } from "./api/client";
import { queryClient } from "./api/queries";
import { untilBackIn } from "./api/reentry";
import { followSession, sessionQuery } from "./api/session";
import type { Session } from "./api/shapes";
import { router } from "./router";
import { theme } from "./theme/theme";

const scheme = localStorageColorSchemeManager({ key: "offpage-scheme" });
onLoggedOut(untilBackIn);
onStale(() => followSession(queryClient.getQueryData<Session>(["session"])?.name));

// Asked for at once, beside the code of the screen. Whoever needs an answer finds it, or meets the error again.
void queryClient
  .fetchQuery(sessionQuery)
  .then((session) => session && [queryClient.prefetchQuery(appQuery), queryClient.prefetchQuery(catalogueQuery)])
  .catch(() => {});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={scheme}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
