"""From a key press to painted pixels: ``key_to_paint(page, selector, key, n, picture=None) -> list`` of times in ms."""

# From the key's own time stamp to the end of the frame that paints the picture's first change, its images loaded.
# A picture with a canvas changes when something is drawn on that, one with an image when it has another image.
TIME_NEXT_KEY = """(element, selector) => {
    const picture = selector ? document.querySelector(selector) : element.closest(".jp-OutputArea-output");
    const image = () => picture.querySelector("img")?.src, before = image();
    const canvas = CanvasRenderingContext2D.prototype, {drawImage} = canvas;
    let pressed;
    element.focus();
    document.addEventListener("keydown", event => { pressed = event.timeStamp; }, {capture: true, once: true});
    window.keyToPaint = new Promise((resolve, reject) => {
        const stop = () => { observer.disconnect(); canvas.drawImage = drawImage; clearTimeout(unchanged); };
        const giveUp = () => { stop(); reject(new Error(`the key changed nothing in 5 seconds: ${selector}`)); };
        const change = async () => {
            if (pressed === undefined || (before && (!image() || image() === before))) return;
            stop();
            const loading = [...picture.querySelectorAll("img")].filter(image => !image.complete);
            await Promise.allSettled(loading.map(image => image.decode()));
            requestAnimationFrame(() => {
                const painted = new MessageChannel();
                painted.port1.onmessage = () => resolve(performance.now() - pressed);
                painted.port2.postMessage(null);
            });
        };
        const observer = new MutationObserver(change), unchanged = setTimeout(giveUp, 5000);
        if (picture.querySelector("canvas")) canvas.drawImage = function (...drawn) {
            drawImage.apply(this, drawn);
            if (picture.contains(this.canvas)) change();
        };
        else observer.observe(picture, {subtree: true, childList: true, characterData: true, attributes: true});
    });
}"""


def time_key(page, selector, key, picture=None):
    """Press a key on the selected element, and return the time until its picture is painted, in ms."""
    page.locator(selector).evaluate(TIME_NEXT_KEY, picture)
    page.keyboard.press(key)
    return page.evaluate("() => window.keyToPaint")


def key_to_paint(page, selector, key, n, picture=None):
    """Press the key n times on the selected element, and return the times.

    Each press has to change the picture: all of the cell's output, or what the selector `picture` finds.
    """
    times = []
    for _ in range(n):
        times.append(time_key(page, selector, key, picture))
        page.wait_for_timeout(250)
    return times
