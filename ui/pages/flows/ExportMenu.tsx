import { useEffect, useRef, useState } from 'react';
import { askFile, type Parameters } from '../../api/ask.ts';
import { Refusal } from '../../api/refusal.ts';

/** All flows of the filter as a file, as the server writes it: no number is made here. */
export const ExportMenu = ({ parameters }: { readonly parameters: Parameters }) => {
  const [said, setSaid] = useState('');
  const going = useRef<AbortController>(null);
  useEffect(() => () => going.current?.abort(), []);
  const save = async (form: 'csv' | 'jsonl'): Promise<void> => {
    going.current?.abort();
    const abort = new AbortController();
    going.current = abort;
    setSaid('Being written …');
    try {
      const blob = await askFile('flows', { ...parameters, all: 'true' }, form, abort.signal);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `flows.${form}`;
      link.click();
      URL.revokeObjectURL(link.href);
      setSaid('');
    } catch (error) {
      if (!abort.signal.aborted) setSaid(error instanceof Refusal ? error.problem.title : (error as Error).message);
    }
  };
  return (
    <span className="row">
      <button type="button" onClick={() => void save('csv')}>
        CSV
      </button>
      <button type="button" onClick={() => void save('jsonl')}>
        JSON lines
      </button>
      {said === '' ? null : <output className="dim">{said}</output>}
    </span>
  );
};
