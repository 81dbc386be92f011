using Commission.Contracts.V1;
using Commission.Engine;

namespace Commission.Grains.Mapping;

/// <summary>Windows as the API says them.</summary>
internal static class WindowMapping
{
    /// <summary>A period with both days inclusive.</summary>
    public static Period ToApi(this Window window, string name) =>
        new() { Name = name, Start = window.Start.ToText(), End = window.End.ToText() };
}
