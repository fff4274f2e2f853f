/** What a button says while its work is under way: from the third second on with its age, as some servers take long. */
import { useEffect, useState } from 'preact/hooks';

const QUIET_S = 3;

export function Waiting({ word }: { word: string }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const startMs = Date.now();
    const timer = setInterval(() => setSeconds(Math.round((Date.now() - startMs) / 1000)), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      {word} … {seconds >= QUIET_S && `${seconds} s`}
    </>
  );
}
