import { ensureBuilt } from '../../server/site.ts';

/** Builds the site before there are workers, which would build it side by side. */
export default ensureBuilt;
