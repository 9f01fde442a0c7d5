import type { Page } from '@playwright/test';

/** Has everything that a page receives come this slowly, until the function that it gives is called; what it sends is as quick as ever. */
export async function slowNetwork(page: Page, bytesPerSecond: number): Promise<() => Promise<void>> {
  const chromium = await page.context().newCDPSession(page);
  const emulate = (downloadThroughput: number) =>
    chromium.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput, uploadThroughput: -1 },
    });
  await chromium.send('Network.enable');
  await emulate(bytesPerSecond);
  return async () => {
    await emulate(-1);
    await chromium.detach();
  };
}
