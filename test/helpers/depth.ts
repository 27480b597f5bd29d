/** Whether exhaustive tests go to their full depth, as in `npm run test:deep`; otherwise they take seconds. */
export const deep = process.env.BEROFOSD_TEST_DEEP === '1'
