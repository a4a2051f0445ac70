"""Executes notebooks, compares their outputs with those they hold, and renders them. Started by `run`.

Outputs are compared like this. Cells that draw committed results must give the same text, tables and pictures to the
character. A cell tagged `live` computes something that depends on the processor's arithmetic: its words must be the
same, its numbers and curves need not. A cell tagged `ledger` shows the state of the claims and must only succeed. The
execution count and the metadata of a cell are ignored.
"""

import argparse
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KERNEL = "rust"
# Seconds for one cell; the first compiles the workspace.
CELL_LIMIT = 900
NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")

STYLE = """
:root { color-scheme: light dark; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 system-ui, sans-serif; }
nav { margin-bottom: 2rem; }
.prompt, .anchor-link { display: none; }
.highlight { padding: .6rem .9rem; border-left: .25rem solid #8888; overflow-x: auto; background: #8881; }
.highlight pre { margin: 0; font-size: .9rem; line-height: 1.4; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .95rem; }
caption { text-align: left; font-style: italic; padding-bottom: .3rem; }
th, td { border-bottom: 1px solid #8886; padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top; }
img, svg { max-width: 100%; height: auto; }
"""


def outputs_of(cell):
    """What a cell shows, by format."""
    shown = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            # How lines are cut into messages is a matter of timing.
            if shown and list(shown[-1]) == [output.name]:
                shown[-1][output.name] += output.text
            else:
                shown.append({output.name: output.text})
        elif output.output_type in ("display_data", "execute_result"):
            shown.append({kind: "".join(text) for kind, text in output.data.items()})
        else:
            shown.append({output.output_type: output.get("ename", "")})
    return shown


def words(kind, text):
    """What must be the same of an output whose numbers may differ."""
    if kind == "image/svg+xml":
        return re.findall(r"<(?:title|desc)>.*?</", text, re.S)
    return re.sub(r"\s+", " ", NUMBER.sub("#", text))


def lasting(cell):
    shown = outputs_of(cell)
    if "live" in cell.metadata.get("tags", []):
        shown = [{kind: words(kind, text) for kind, text in output.items()} for output in shown]
    return shown


def problems(old, new):
    """What is wrong with an executed notebook, beside the one it came from."""
    for number, (before, after) in enumerate(zip(old.cells, new.cells), 1):
        if after.cell_type != "code":
            continue
        if after.get("execution_count") is None:
            yield f"cell {number} was not executed"
        for output in outputs_of(after):
            for kind, text in output.items():
                if kind in ("stderr", "error") or "panicked at" in text:
                    yield f"cell {number} says on {kind}:\n{text}"
                elif kind == "text/plain" and re.match(r"(?:Picture|Table) \{", text):
                    # The kernel knows how a value shows itself only if its cell begins with it.
                    yield f"cell {number} shows a value's fields: load results in a cell of its own"
        if "ledger" not in after.metadata.get("tags", []) and lasting(before) != lasting(after):
            yield f"cell {number}: its outputs are stale (notebooks/run --update {name_of(old)})"


def name_of(notebook):
    return notebook.metadata.get("chapter", "")


def execute(path):
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["chapter"] = path.stem
    old = nbformat.from_dict(notebook.copy())
    old.cells = [nbformat.from_dict(dict(cell)) for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook, timeout=CELL_LIMIT, kernel_name=KERNEL, resources={"metadata": {"path": str(HERE)}}
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return old, notebook


def render(notebook, folder, chapters):
    exporter = HTMLExporter(template_name="basic")
    body, _ = exporter.from_notebook_node(notebook)
    body = with_alternatives(body, notebook)
    title = re.search(r"^# (.*)", notebook.cells[0].source, re.M).group(1)
    links = " · ".join(f'<a href="{path.stem}.html">{path.stem}</a>' for path in chapters)
    style = STYLE + HtmlFormatter(style="default").get_style_defs(".highlight")
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>\n'
        f"<body><nav>{links}</nav>\n{body}</body></html>\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name_of(notebook)}.html").write_text(page)


def with_alternatives(body, notebook):
    """Pictures say what is on them, also to who cannot see them."""
    said = [
        re.search(r"<desc>(.*?)</desc>", output["image/svg+xml"], re.S).group(1)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in outputs_of(cell)
        if "image/svg+xml" in output
    ]
    left = iter(said)
    return re.sub(
        r'(<img [^>]*?)alt="No description[^"]*"',
        lambda found: found.group(1) + 'alt="' + next(left).replace('"', "&quot;") + '"',
        body,
    )


def main():
    parser = argparse.ArgumentParser(prog="notebooks/run")
    parser.add_argument("--update", action="store_true", help="write the new outputs into the notebooks")
    parser.add_argument("--out", type=Path, default=ROOT / "target/lip1/notebooks", help="where HTML goes")
    parser.add_argument("chapters", nargs="*", help="names of notebooks, without .ipynb; all unless given")
    arguments = parser.parse_args()
    everything = sorted(HERE.glob("*.ipynb"))
    chosen = [path for path in everything if not arguments.chapters or path.stem in arguments.chapters]
    if missing := set(arguments.chapters) - {path.stem for path in chosen}:
        sys.exit(f"no notebook called {', '.join(sorted(missing))}")
    wrong = 0
    for path in chosen:
        began = time.monotonic()
        try:
            old, new = execute(path)
            found = list(problems(old, new))
        except Exception as error:  # A cell that does not compile, or a kernel that died, ends its chapter only.
            found = [str(error)]
        else:
            if arguments.update:
                found = [problem for problem in found if "stale" not in problem]
                new.metadata.pop("chapter", None)
                if not found:
                    path.write_text(nbformat.writes(new) + "\n")
                new.metadata["chapter"] = path.stem
            render(new, arguments.out, everything)
        wrong += bool(found)
        print(f"chapter {path.stem}: {'FAILED' if found else 'ok'}, {time.monotonic() - began:.0f} s", flush=True)
        for problem in found:
            print(f"  {problem}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
