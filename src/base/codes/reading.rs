//! E01xx: files and YAML.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[
    Page {
        code: Code("E0101"),
        title: "a file or folder cannot be read",
        text: "A path on the command line, or something below it, is not there or may not be read. \
            Nothing is done with half of the manifests: what is missing would look as if it had been \
            deleted.",
    },
    Page {
        code: Code("E0102"),
        title: "a manifest is too large",
        text: "A manifest may have 64 MiB. The size is looked at before anything is read. Divide the \
            file into several; their names do not matter.",
    },
    Page {
        code: Code("E0103"),
        title: "a manifest is not UTF-8",
        text: "Manifests are UTF-8 text. The message says where the first byte is that cannot be \
            read so. An editor can save the file as UTF-8, or `iconv` can convert it. A byte order \
            mark at the start of a file does no harm.",
    },
    Page {
        code: Code("E0104"),
        title: "a link leads out of the manifests' folder",
        text: "Whoever may change the manifests must not be able to have other files read. Links to \
            files below the same folder are followed; links to folders are not, since what they show \
            is there under its own name. Put the files into the folder, or name their folder on the \
            command line too.",
    },
    Page {
        code: Code("E0105"),
        title: "a path is not a manifest",
        text: "Manifests are files that end in `.yaml` or `.yml`, folders that hold such files, or `-` \
            for standard input.",
    },
    Page {
        code: Code("E0110"),
        title: "a document is not YAML",
        text: "The document could not be parsed; the others of the same file were checked all the \
            same. Since it is not known what stands in such a document, the line is shown without \
            its value. The usual reasons are indentation, a text with `: ` or ` #` in it that wants \
            quotes, and a quote or bracket that is not closed.",
    },
    Page {
        code: Code("E0111"),
        title: "a tab indents a line",
        text: "YAML is indented with spaces only. Inside texts tabs are allowed.",
    },
    Page {
        code: Code("E0112"),
        title: "a key stands twice in one mapping",
        text: "Some readers of YAML take the first of two equal keys, some the last. Neither can be \
            what was meant. A key that a merge (`<<`) brings is not one of the two: the written one \
            wins.",
    },
    Page {
        code: Code("E0113"),
        title: "a document is too complex",
        text: "A document may be nested 32 deep, have 20,000 values with its aliases written out, and \
            100 anchors and aliases. Small texts that unfold into huge ones are refused so. Divide \
            the document, or write the values out.",
    },
    Page {
        code: Code("E0114"),
        title: "an alias has no anchor",
        text: "`*name` stands for the value that `&name` marks, earlier in the same document. Anchors \
            do not reach over `---`.",
    },
    Page {
        code: Code("E0115"),
        title: "a character is not allowed",
        text: "YAML does not allow control characters, and a byte order mark at the start of a file \
            only. In double quotes they can be written as `\\u0000`.",
    },
    Page {
        code: Code("E0116"),
        title: "a tag has no meaning in a manifest",
        text: "Words that begin with `!` give values a type in other uses of YAML. Here the kind's \
            schema says which type a field has. Write the value without the tag; quote a text that \
            looks like a number.",
    },
    Page {
        code: Code("E0117"),
        title: "a key is not a text",
        text: "Keys are texts; numbers and truth values are read as texts too. Lists, mappings and \
            null cannot be keys.",
    },
    Page {
        code: Code("E0118"),
        title: "a number cannot be sent exactly",
        text: "JSON numbers are exact for whole numbers up to 2^53 only, and infinity and `nan` are \
            none at all. A number beyond would arrive as another one. Identifiers that look like \
            numbers are texts: quote them.",
    },
    Page {
        code: Code("E0119"),
        title: "a policy file where none is looked for",
        text: "`tenantry.yaml` is the policy of a whole repository and no manifest. It is looked for in the folders that are named and above them, up to the root of the checkout; two of them, or one further below, would leave open which one holds. Keep one, at the root of the repository, or name one with `--policy`.",
    },
    Page {
        code: Code("E0120"),
        title: "a file that a manifest names cannot be read",
        text: "`{file: path}` takes a text from a file: UTF-8, 1 MiB at most, its path relative to the \
            manifest that names it. The file of a secret need not be there for `check` and `plan`.",
    },
    Page {
        code: Code("E0121"),
        title: "a manifest names a file outside its root",
        text: "A plan of somebody else's change must not read any file that the change names. Files \
            lie below the folder that was named on the command line, links followed. \
            `--allow-files-outside` lifts this for manifests that you trust.",
    },
];
