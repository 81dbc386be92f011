using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads the figures that a case expects.</summary>
internal static class ExpectReader
{
    private static readonly WindowKind[] NamedWindows =
        [WindowKind.Year, WindowKind.Half, WindowKind.Quarter, WindowKind.Month];

    public static Expectations? Read(Spot spot, ImmutableArray<Plan> plans, ImmutableArray<DealCredit> credits)
    {
        var components = plans.SelectMany(plan => plan.Components).Select(component => component.Id)
            .ToHashSet(StringComparer.Ordinal);
        var deals = credits.Select(credit => credit.Deal.Id).ToHashSet(StringComparer.Ordinal);
        var fields = spot.Fields(CaseShapes.Expect);
        return fields is null
            ? null
            : new Expectations(
                ReadList(fields.At(CaseShapes.Windows), item => ReadWindow(item, components)),
                ReadStatements(fields.At(CaseShapes.Statements)),
                ReadList(fields.At(CaseShapes.Deals), item => ReadDeal(item, components, deals)));
    }

    private static ImmutableArray<T> ReadList<T>(Spot? spot, Func<Spot, T?> read)
        where T : class =>
        [.. (spot?.ItemsInTurn("a list of figures") ?? []).Select(read).OfType<T>()];

    private static ExpectedWindow? ReadWindow(Spot spot, HashSet<string> components) =>
        spot.Fields(CaseShapes.WindowFigures) is not { } fields
            ? null
            : new ExpectedWindow(
                Known(fields.At(CaseShapes.Component), components, "component"),
                WindowName(fields.At(CaseShapes.Window)),
                fields.Take(CaseShapes.Credited),
                fields.Take(CaseShapes.Attainment),
                fields.Take(CaseShapes.Earned));

    private static ImmutableArray<ExpectedStatement> ReadStatements(Spot? spot)
    {
        var periods = new HashSet<string>(StringComparer.Ordinal);
        return ReadList(spot, item => ReadStatement(item, periods));
    }

    private static ExpectedStatement? ReadStatement(Spot spot, HashSet<string> periods)
    {
        if (spot.Fields(CaseShapes.StatementFigures) is not { } fields)
        {
            return null;
        }

        var at = fields.At(CaseShapes.Period);
        var period = WindowName(at);
        if (period.Length > 0 && !periods.Add(period))
        {
            at?.Error($"another statement above is of the period '{period}'");
        }

        return new ExpectedStatement(
            period,
            fields.Take(CaseShapes.Earned),
            fields.Take(CaseShapes.Paid),
            fields.Take(CaseShapes.DrawBalance));
    }

    private static ExpectedDeal? ReadDeal(Spot spot, HashSet<string> components, HashSet<string> deals) =>
        spot.Fields(CaseShapes.DealFigures) is not { } fields
            ? null
            : new ExpectedDeal(
                Known(fields.At(CaseShapes.Deal), deals, "deal"),
                Known(fields.At(CaseShapes.Component), components, "component"),
                fields.Take(CaseShapes.Earned));

    // Where the plan or the credits are in error nothing is known, and nothing more is said.
    private static string Known(Spot? spot, HashSet<string> known, string what)
    {
        var name = spot?.Label();
        if (spot is not null && name is not null && known.Count > 0 && !known.Contains(name))
        {
            spot.Error($"the case has no {what} '{name}'", spot.Nearest(name, known.Order(StringComparer.Ordinal)));
        }

        return name ?? "";
    }

    private static string WindowName(Spot? spot)
    {
        var name = spot?.Text("a window's name") ?? "";
        if (name.Length > 0 && !NamedWindows.Any(kind => DateText.IsWindow(name, kind)))
        {
            var near = NamedWindows.Select(kind => DateText.NearestWindow(name, kind)).OfType<string>();
            var hint = spot?.Nearest(name, near);
            spot?.Error($"'{name}' is no window; they are written 2026, 2026-H1, 2026-Q1 or 2026-01", hint);
        }

        return name;
    }
}
