import { useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes } from "react";
import { useEnvironment } from "../../api/environment";

/** Where a workflow is shown, as a function of its path: one question to the router for a whole list. */
export function useAddressOf(): (path: string) => string {
  const { basepath } = useRouter();
  const query = useEnvironment() === "live" ? "?env=live" : "";
  return (path) => `${basepath}/workflows/${path.split("/").map(encodeURIComponent).join("/")}${query}`;
}

interface WorkflowLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  path: string;
  href: string;
}

/** A link to a workflow. The router's own listens to every change of the address, and a list has hundreds of them. */
export function WorkflowLink({ path, href, children, ...others }: WorkflowLinkProps) {
  const router = useRouter();
  return (
    <a
      {...others}
      href={href}
      onClick={(event) => {
        // Another tab, a download: the browser does that by itself.
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        void router.navigate({ to: `/workflows/${path}` });
      }}
    >
      {children}
    </a>
  );
}
