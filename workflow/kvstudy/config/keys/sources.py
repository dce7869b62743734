"""Where the weights of a model and the rows of system prompts come from."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from kvstudy.config.keys.strict import Strict


class Hub(Strict):
    """A repository of the Hugging Face hub at one revision."""

    hub: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$", description="Repository, as organisation/name.")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$", description="Commit of the repository, 40 hex digits.")]


class Folder(Strict):
    """A folder with config.json, safetensors and tokenizer files."""

    model_config = ConfigDict(serialize_by_alias=True)

    path: Annotated[str, Field(min_length=1, description="Folder, relative to the folder where the study is run.")]
    copied: Annotated[
        bool,
        Field(
            alias="copy",
            description="Whether the study has a copy of the files, or links to them in a folder that all may share: "
            "then they must stay there as they are.",
        ),
    ] = True


class Gguf(Strict):
    """A GGUF file inside an installed Python package."""

    package: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", description="Import name of the installed package.")]
    gguf: Annotated[str, Field(pattern=r"\.gguf$", description="File in that package's own folder.")]


def _kind(source: Any) -> str:
    keys = source if isinstance(source, dict) else ()
    return "hub" if "hub" in keys else "path" if "path" in keys else "gguf"


Source = Annotated[
    Annotated[Hub, Tag("hub")] | Annotated[Folder, Tag("path")] | Annotated[Gguf, Tag("gguf")], Discriminator(_kind)
]


class RowsPath(Strict):
    """Rows of one's own."""

    path: Annotated[
        str,
        Field(
            min_length=1,
            description="JSONL file in the shape of S-IFEval, or a folder of them, relative to the folder where the "
            "study is run; see resources/instructions/README.md.",
        ),
    ]


def _kind_of_rows(rows: Any) -> str:
    keys = rows if isinstance(rows, dict) else ()
    return "hub" if "hub" in keys else "path" if keys else "own"


RowSource = Annotated[
    Annotated[Hub, Tag("hub")] | Annotated[RowsPath, Tag("path")] | Annotated[Literal["own"], Tag("own")],
    Discriminator(_kind_of_rows),
]
