# SPDX-License-Identifier: ISC
"""A browser on the pages for people: Debian's Chromium, driven by its chromedriver through selenium.

A Pages is one person's browser. It waits for what the page shows, never for time, and finds things as a person does: by
role, label and text. audit() reads what was rendered: labels of controls, sizes of targets, contrast of text, and whether
anything is wider than the screen.
"""
import base64
import os
import re
import shutil
import tempfile
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENCE_S = 30
PHONE, DESKTOP = (360, 780), (1280, 900)

# What a script of the page can see of its own rendering. Each finding is a line of text.
AUDIT = r"""
const said = [];
const shown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden" && !e.closest(".unseen");
const where = e => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}.${e.className} "${(e.textContent || "").trim().slice(0, 40)}"`;
const root = document.querySelector("dialog[open]") || document.body;
if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
	said.push(`wider than the screen: ${document.documentElement.scrollWidth} px of ${document.documentElement.clientWidth}: ` +
	    [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
		.slice(0, 3).map(where).join(", "));
const name_of = e => e.getAttribute("aria-label") || [...(e.labels || [])].map(l => l.textContent).join(" ") ||
    (e.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id)?.textContent || "").join(" ") ||
    e.getAttribute("alt") || e.textContent || e.title;
for (const e of root.querySelectorAll("button, a[href], input, select, textarea, summary, video, progress, [role=region], nav, dialog")) {
	if (shown(e) && !(name_of(e) || "").trim())
		said.push(`no name: ${where(e)}`);
}
for (const e of root.querySelectorAll("img"))
	if (!e.hasAttribute("alt"))
		said.push(`no alt: ${where(e)}`);
for (const e of root.querySelectorAll("button, input, select, summary, nav a, .button")) {
	const { width, height } = e.getBoundingClientRect();
	if (shown(e) && (width < 23.5 || height < 23.5))
		said.push(`smaller than 24 px: ${where(e)} ${Math.round(width)}x${Math.round(height)}`);
}
const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
	said.push(`id twice: ${id}`);
for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
	for (const a of ["aria-describedby", "aria-labelledby"])
		for (const id of (e.getAttribute(a) || "").split(" ").filter(Boolean))
			if (!document.getElementById(id))
				said.push(`${a} names nothing, ${id}: ${where(e)}`);
if (document.querySelectorAll("h1").length !== 1)
	said.push(`${document.querySelectorAll("h1").length} first headings`);
if (!document.documentElement.lang || !document.querySelector("main"))
	said.push("no language, or no main landmark");

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
function rgba(colour) {
	if (!known.has(colour))
		known.set(colour, rendered(colour));
	return known.get(colour);
}
function rendered(colour) {
	canvas.clearRect(0, 0, 1, 1);
	canvas.fillStyle = colour;
	canvas.fillRect(0, 0, 1, 1);
	const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
	return [r, g, b, a / 255];
}
function behind(e) {
	const layers = [];
	for (let at = e; at; at = at.parentElement) {
		const c = rgba(getComputedStyle(at).backgroundColor);
		if (c[3] > 0)
			layers.unshift(c);
		if (c[3] === 1)
			break;
	}
	return layers.reduce((under, c) => under.map((u, i) => c[i] * c[3] + u * (1 - c[3])),
	    rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3));
}
const bright = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
const seen = new Set();
while (walker.nextNode()) {
	const e = walker.currentNode.parentElement;
	if (seen.has(e) || !walker.currentNode.data.trim() || !shown(e) || e.closest("noscript, option, :disabled, [aria-disabled=true], svg"))
		continue;
	seen.add(e);
	const style = getComputedStyle(e), size = parseFloat(style.fontSize);
	const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
	const [high, low] = [bright(rgba(style.color)), bright(behind(e))].sort((a, b) => b - a);
	const ratio = (high + .05) / (low + .05);
	if (ratio < least)
		said.push(`contrast ${ratio.toFixed(2)}, at least ${least}: ${where(e)}`);
}
return said;
"""


def quoted(text):
    """A string of XPath 1.0, which has no escapes."""
    if '"' not in text:
        return '"%s"' % text
    return "concat(%s)" % ", '\"', ".join('"%s"' % p for p in text.split('"'))


class Pages:
    """One person's browser. address: of the pages, such as http://127.0.0.1:8080/"""

    def __init__(self, address, size=DESKTOP, dark=False, language="en", log=None):
        self.address = address.rstrip("/") + "/"
        self.profile = tempfile.mkdtemp(prefix="lsctl-pages.")
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                     "--autoplay-policy=no-user-gesture-required", "--force-prefers-reduced-motion", "--hide-scrollbars",
                     "--lang=" + language, "--accept-lang=" + language, "--user-data-dir=" + self.profile):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.set_capability("acceptInsecureCerts", True)
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver", log_path=log or os.devnull), options=options)
        self.resize(size)
        self.scheme("dark" if dark else "light")

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- the browser --

    def command(self, method, **params):
        return self.driver.execute_cdp_cmd(method, params)

    def resize(self, size):
        self.command("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)

    def scheme(self, name):
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def offline(self, is_offline):
        self.command("Network.enable")
        self.command("Network.emulateNetworkConditions", offline=is_offline, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def screenshot(self, path, whole=True):
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=whole)
        with open(path, "wb") as f:
            f.write(base64.b64decode(shot["data"]))

    def complaints(self):
        """What the browser reported that a page should never cause: errors of scripts, and of the policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and not re.search(r"Failed to load resource|net::ERR_", entry["message"])]

    # -- finding and waiting --

    def wait(self, what, condition, patience_s=PATIENCE_S):
        """The first true value of condition(); what: for the message."""
        until = time.monotonic() + patience_s
        while True:
            try:
                value = condition()
                if value:
                    return value
            except (StaleElementReferenceException, IndexError):
                pass
            if time.monotonic() > until:
                raise AssertionError("not within %d s: %s; the page shows:\n%s" % (patience_s, what, self.text()[:2000]))
            time.sleep(0.05)

    def text(self):
        return self.driver.execute_script("return document.body.innerText")

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def see(self, text, patience_s=PATIENCE_S):
        self.wait("the text %r" % text, lambda: text in self.text(), patience_s)

    def find(self, css, patience_s=PATIENCE_S):
        return self.wait(css, lambda: [e for e in self.all(css) if e.is_displayed()][0], patience_s)

    def top(self):
        """The dialog that is open, else the page."""
        return "//dialog[@open]" if self.all("dialog[open]") else "//body"

    def by_text(self, tags, text):
        path = " | ".join("%s//%s[normalize-space(.)=%s or @aria-label=%s]" % (self.top(), tag, quoted(text), quoted(text)) for tag in tags)
        return self.wait("%s %r" % (" or ".join(tags), text),
                         lambda: [e for e in self.driver.find_elements(By.XPATH, path) if e.is_displayed()][0])

    def click(self, text, tags=("button", "a")):
        """A button or a link, by its text or its label."""
        def once():
            e = self.by_text(tags, text)
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", e)
            try:
                e.click()
            except WebDriverException as problem:
                if "intercepted" in str(problem) or "not interactable" in str(problem):
                    return False
                raise
            return True
        self.wait("a click on %r" % text, once)

    def control(self, label):
        """A field, by its label."""
        path = "%s//label[normalize-space(text())=%s]" % (self.top(), quoted(label))

        def found():
            e = [e for e in self.driver.find_elements(By.XPATH, path) if e.is_displayed()][0]
            return self.driver.find_element(By.ID, e.get_attribute("for"))
        return self.wait("the field %r" % label, found)

    def fill(self, label, value):
        e = self.control(label)
        if e.tag_name == "select":
            self.driver.execute_script("""
                const [e, value] = arguments, o = [...e.options].find(x => x.value === value || x.text === value);
                if (!o)
                    throw new Error(`no option ${value}`);
                e.value = o.value;
                e.dispatchEvent(new Event("change", { bubbles: true }));""", e, value)
        elif e.get_attribute("type") == "file":
            e.send_keys(value)
        elif e.get_attribute("type") in ("checkbox", "radio"):
            if e.is_selected() != bool(value):
                e.click()
        else:
            e.clear()
            e.send_keys(value)
            e.send_keys(Keys.TAB)
        return e

    def open(self, route=""):
        """A view, by its address: channel/krishna/films. The page is loaded anew, so that it has nothing of another view."""
        self.driver.get("about:blank")
        self.driver.get(self.address + "#/" + route)
        self.find("h1")

    # -- what people do --

    def follow_link(self, link, password):
        """A one-time link: sets the password, and is signed in."""
        self.driver.get("about:blank")
        self.driver.get(link)
        self.fill("New password", password)
        self.click("Set the password and sign in")
        self.signed_in()

    def sign_in(self, name, password, code=None):
        self.driver.get(self.address)
        self.fill("Account name", name)
        self.fill("Password", password)
        self.click("Sign in", ("button",))
        if code:
            self.fill("Code", code)
            self.click("Sign in", ("button",))
        self.signed_in()

    def sign_out(self):
        self.click("Sign out")
        self.control("Account name")

    def signed_in(self):
        self.find("#top nav")
        assert "link=" not in self.driver.current_url, "the secret of the link stays in the address"

    def tile(self, channel):
        """The text of a channel on the wall, with its tone in "tone"."""
        e = self.find("#tile-%s" % channel)
        tile = e.find_element(By.XPATH, "./ancestor::li")
        return {"tone": tile.get_attribute("class").split()[-1], "text": tile.text,
                "place": int(self.driver.execute_script("return [...arguments[0].parentElement.children].indexOf(arguments[0])", tile))}

    def await_tile(self, channel, text, patience_s=PATIENCE_S):
        """Until the tile shows the text; returns the seconds that this took."""
        began = time.monotonic()
        self.wait("%r on the tile of %s" % (text, channel), lambda: text in self.tile(channel)["text"], patience_s)
        return time.monotonic() - began

    def switch(self, channel, to, for_s=600, reason=""):
        """Pins a source for a time, or back to "auto"."""
        self.open("channel/" + channel)
        self.fill("Automatic" if to == "auto" else "Pin " + to, True)
        if to != "auto":
            self.fill("For how long", str(for_s))
        if reason:
            self.fill("Reason", reason)
        self.click("Switch")
        self.see("Done: it takes effect within seconds.")

    def switch_off(self, channel, reason=""):
        self.open("channel/" + channel)
        self.click("Switch the channel off")
        self.see("Switch %s off?" % channel)
        if reason:
            self.fill("Reason", reason)
        self.click("Switch the channel off")
        self.wait("the dialog to close", lambda: not self.all("dialog[open]"))

    def card(self, title):
        return self.wait("the part %r" % title, lambda: [s for s in self.all("main section")
                         if s.find_element(By.CSS_SELECTOR, "h2").text == title][0])

    def in_card(self, title, button):
        def once():
            b = [b for b in self.card(title).find_elements(By.CSS_SELECTOR, "button") if b.text == button][0]
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", b)
            b.click()
            return True
        self.wait("the button %r of %r" % (button, title), once)

    def shown_key(self, source):
        """The stream key that the page shows for a source, now."""
        def key():
            return [c.find_element(By.CSS_SELECTOR, "code").text for c in self.card(source).find_elements(By.CSS_SELECTOR, ".copyable")
                    if c.find_element(By.CSS_SELECTOR, ".label").text == "Stream key"][0]
        return self.wait("the stream key of %s" % source, key)

    def show_key(self, channel, source):
        self.open("channel/%s/sources" % channel)
        self.in_card(source, "Show the key")
        return self.shown_key(source)

    def new_key(self, channel, source):
        self.open("channel/%s/sources" % channel)
        self.in_card(source, "Make a key")
        return self.shown_key(source)

    def rotate(self, channel, source, reason=""):
        """Replaces the key. Returns what the dialog said, and the new key."""
        self.open("channel/%s/sources" % channel)
        self.in_card(source, "Replace the key …")
        said = self.find("dialog[open]").text
        if reason:
            self.fill("Reason", reason)
        self.click("Replace the key")
        self.wait("the dialog to close", lambda: not self.all("dialog[open]"))
        return said, self.shown_key(source)

    def upload(self, channel, path, profile="", patience_s=180):
        """Uploads and prepares a film. Returns its name on the host."""
        self.open("channel/%s/films" % channel)
        self.fill("Video, recording with a cover, or picture", path)
        if profile:
            self.fill("Size and frame rate", profile)
        self.click("Upload and prepare")
        return self.wait("the prepared film", lambda: re.search(r"(\S+\.flv) is ready", self.text()), patience_s).group(1)

    def use_films(self, channel, source, films):
        """Adds films to the list of a source, and saves it."""
        self.open("channel/%s/films" % channel)
        for film in films:
            card = self.card("Films of " + source)
            self.driver.execute_script("""
                const [card, film] = arguments, select = card.querySelector("select");
                select.value = film;
                select.dispatchEvent(new Event("change", { bubbles: true }));""", card, film)
            self.in_card("Films of " + source, "Add")
        self.in_card("Films of " + source, "Use this list")
        self.see("%s plays this list now." % source)

    def remove_film(self, channel, film):
        """Removes a film that no source uses."""
        self.open("channel/%s/films" % channel)
        self.click("Remove the film %s?" % film)
        self.click("Remove the film")
        self.see("%s is removed." % film)

    def take_care(self, channel, patience_s=120):
        """Acknowledges the first problem of a channel. Returns what the page says then."""
        self.open("channel/" + channel)
        button = self.find(".channel-now .problems button", patience_s)
        button.click()
        return self.find(".channel-now .care").text

    def add_channel(self, name, host=None):
        self.open("add")
        self.fill("Name", name)
        if host:
            self.fill("Host", host)
        self.click("Add a channel", ("button",))
        self.wait("the page of the channel", lambda: self.driver.current_url.endswith("#/channel/%s/sources" % name))

    def add_destination(self, channel, name, url, key, platform="custom", login=None):
        """Declares a destination, with user and password for a login; returns what its test said."""
        self.open("channel/%s/destinations" % channel)
        self.fill("Platform", platform)
        self.fill("Name", name)
        self.fill("Server address", url)
        self.fill("Stream key", key)
        if login:
            self.fill("User", login[0])
            self.fill("Password of the server", login[1])
        self.click("Add and test")
        self.wait("the end of the test", lambda: self.all("dialog[open] .note"), 90)
        said = self.find("dialog[open]").text
        self.click("Close")
        return said

    def add_account(self, name, role, channels=()):
        """Adds an account; returns its one-time link."""
        self.open("accounts")
        self.fill("Account name", name)
        self.fill("Role", role)
        self.fill("Channels", " ".join(channels))
        self.click("Add an account")
        link = self.find("dialog[open] code").text
        self.click("Close")
        return link

    def audit(self):
        """What is wrong with what the page shows now, as a list of lines."""
        return self.driver.execute_script(AUDIT)
