"""Plug-ins that a flag chooses, and their options as flags."""

import dataclasses

from kerasae import registry
from kerasae.options import option_fields
from kerasae.wording import shown


@dataclasses.dataclass(frozen=True)
class PluginFlags:
    """Plug-ins that one flag chooses, and how their options are flags.

    Attributes:
        flag: Name of the flag that chooses; its value is a name, or a tuple of names.
        package: Package of the plug-ins, each with a frozen `Config`.
        option: Format of an option's flag, from `plugin` and `option`.
        group: Title of the options in `--help`, from `plugin`.
    """

    flag: str
    package: str
    option: str
    group: str

    @property
    def chooses_several(self) -> bool:
        """Whether several plug-ins can be chosen, whose options then need the plug-in's name."""
        return "{plugin}" in self.option

    def config_class(self, plugin: str) -> type:
        """A plug-in's `Config`; raises ConfigError for an unknown plug-in."""
        return registry.load(self.package, plugin, f"--{self.flag}").Config

    def options(self, plugin: str) -> dict[str, dataclasses.Field]:
        """Fields of a plug-in's `Config` by the flags that set them."""
        return {
            self.option.format(plugin=plugin, option=field.name): field
            for field in option_fields(self.config_class(plugin))
        }

    def unknown_option(self, flag: str, chosen: tuple[str, ...]) -> str | None:
        """What to say of an unknown flag; None for one that isn't named as an option would be.

        Args:
            flag: Its name.
            chosen: The chosen plug-ins.
        """
        plugins = registry.names(self.package)
        prefixes = {self.option.format(plugin=name, option="") for name in plugins}
        if not flag.startswith(tuple(prefixes)):
            return None
        owners = [name for name in plugins if flag in self.options(name)]
        goes_with = f" It goes with --{self.flag}={' or '.join(owners)}." if owners else ""
        known = ", ".join(option for name in chosen for option in self.options(name))
        return (
            f"--{self.flag}={shown(chosen)} has no option {flag}.{goes_with} "
            f"Known: {known or 'none'}."
        )
