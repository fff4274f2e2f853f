import { createMemoryLedger } from '../../src/ledger/memory.ts';
import { describeLedger } from './ledger.conformance.ts';

describeLedger('in-memory', createMemoryLedger);
