"""How the page of documentation looks: one style sheet inside the page, light or dark as the reader's system is."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;--faint:#57606a;--line:#d5dae0;--code:#f3f5f7;--link:#0b57b0;
--get:#0b57b0;--post:#17692c;--patch:#8a4b00;--put:#8a4b00;--delete:#a31621}
@media(prefers-color-scheme:dark){:root{--ground:#14171b;--text:#e4e8ec;--faint:#a2acb6;--line:#343b43;--code:#1e2329;
--link:#7db5f5;--get:#7db5f5;--post:#7bcf8f;--patch:#e3ae6a;--put:#e3ae6a;--delete:#f28b8b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.55 system-ui,sans-serif}
a{color:var(--link)}a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99em}.skip:focus{left:1em;top:1em;background:var(--ground);padding:.5em}
header,main,nav{max-width:60rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}h1{margin:.2em 0;font-size:1.9rem;line-height:1.2}h2{margin:2.5rem 0 .5rem;font-size:1.4rem}
h3{margin:0;font-size:1.05rem;overflow-wrap:anywhere}h4{margin:1rem 0 .3rem;font-size:.95rem}
nav ul{list-style:none;margin:.3rem 0;padding:0;columns:18rem}nav li{break-inside:avoid;overflow-wrap:anywhere}
section{border-top:1px solid var(--line);padding:1.25rem 0}
.method{font-weight:700;font-size:.85rem;margin-right:.5em}
.get{color:var(--get)}.post{color:var(--post)}.patch{color:var(--patch)}.put{color:var(--put)}.delete{color:var(--delete)}
.faint{color:var(--faint)}p{margin:.4rem 0}
code,pre{font:.875rem/1.5 ui-monospace,monospace}
code{background:var(--code);padding:.1em .3em;border-radius:3px}pre code{padding:0}
pre{background:var(--code);padding:.8rem 1rem;border-radius:6px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--faint)}td{overflow-wrap:anywhere}
footer{max-width:60rem;margin:2rem auto;padding:0 1.25rem;color:var(--faint)}
@media print{nav,.skip{display:none}section{break-inside:avoid}}
"""

STYLE_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""What the page's security policy knows the style sheet by; no other style and no script can run."""
