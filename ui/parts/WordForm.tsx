import { useState } from 'react';
import { useView } from '../state/use-view.ts';
import type { PageWord } from '../state/view.ts';

interface WordFormProps {
  readonly word: PageWord;
  readonly label: string;
  readonly placeholder: string;
  readonly button: string;
}

/** One word of the address, typed. */
export const WordForm = (props: WordFormProps) => {
  const { word } = useView();
  const value = word(props.word) ?? '';
  return <Typed key={value} value={value} {...props} />;
};

const Typed = ({ word, label, placeholder, button, value }: WordFormProps & { readonly value: string }) => {
  const { change } = useView();
  const [typed, setTyped] = useState(value);
  const submit = (event: Pick<Event, 'preventDefault'>): void => {
    event.preventDefault();
    change({ [word]: typed.trim() });
  };
  return (
    <form className="ask" onSubmit={submit}>
      <label>
        {label}{' '}
        <input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <button type="submit" className="primary">
        {button}
      </button>
    </form>
  );
};
