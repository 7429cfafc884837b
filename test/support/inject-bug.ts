import { registerHooks } from 'node:module';

/**
 * Loaded before the program, by `--import`: the module of `src` that `BUG_IN` names is replaced by the code in `BUG`.
 * That can have the real one, which is what `?real` behind its name gives.
 */
const path = process.env['BUG_IN'] ?? '';
const source = process.env['BUG'] ?? '';

registerHooks({
  load(url, context, next) {
    return url.endsWith(`/src/${path}`) ? { format: 'module', source, shortCircuit: true } : next(url, context);
  },
});
