namespace Commission.Engine;

/// <summary>The names of windows; that of the last one asked for of each kind is kept. Safe for concurrent use.
/// </summary>
internal sealed class WindowNames
{
    private readonly Named?[] _last = new Named?[(int)WindowKind.Year + 1];

    /// <summary>As <see cref="Windows.NameOf"/> says it.</summary>
    public string Of(Window window, int yearStarts)
    {
        ref var last = ref _last[(int)window.Kind];
        if (last is not { } known || known.Window != window || known.YearStarts != yearStarts)
        {
            last = known = new Named(window, yearStarts, window.Name(yearStarts));
        }

        return known.Name;
    }

    private sealed record Named(Window Window, int YearStarts, string Name);
}
