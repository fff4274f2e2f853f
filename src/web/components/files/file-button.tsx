/** A button that reads a text file of the person's own machine. */

interface Props {
  readonly label: string;
  /** Endings, as in `accept` of a file input. */
  readonly accept: string;
  readonly onText: (text: string, name: string) => void;
}

export function FileButton({ label, accept, onText }: Props) {
  return (
    <label class="button">
      {label}
      <input
        class="hidden-text"
        type="file"
        accept={accept}
        onChange={async ({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) onText(await file.text(), file.name);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
