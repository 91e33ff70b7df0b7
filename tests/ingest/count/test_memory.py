import subprocess
import sys
from pathlib import Path

import torch
from PIL import Image

ROOT = Path(__file__).parents[3]
# VmHWM is this process's own peak; ru_maxrss would start from the peak of pytest, which forked it.
MEASURE = r"""
import re, sys
from pathlib import Path
from ingest.count.pipeline import count_pictures
from ingest.count.settings import Settings
count_pictures(Settings("googlenet", Path(sys.argv[1]), Path(sys.argv[2]), weights="none", device="cpu"))
print(int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 2**20)
"""


def test_googlenet_at_its_full_size_stays_under_four_gigabytes(tmp_path: Path) -> None:
    """One batch, one class's tables and one join; each further picture of a class adds 100 kB of votes."""
    for folder in "ab":
        (tmp_path / "images" / folder).mkdir(parents=True)
        for at in range(9):
            pixels = torch.randint(0, 256, (240, 260, 3), dtype=torch.uint8)
            Image.fromarray(pixels.numpy()).save(tmp_path / "images" / folder / f"{at}.png")
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "images"), str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 4, f"{float(done.stdout):.2f} GB"
