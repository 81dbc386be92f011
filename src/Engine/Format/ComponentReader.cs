using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A component as far as it could be read, with what only the whole plan can judge.</summary>
/// <param name="Fields">Its fields, for positions.</param>
/// <param name="Value">The component; holds defaults where errors were reported.</param>
/// <param name="WindowKnown">False where the window is in error.</param>
/// <param name="References">Names of components.</param>
internal sealed record ComponentDraft(
    Fields Fields, Component Value, bool WindowKnown, ImmutableArray<Reference> References);

/// <summary>The name of a component whose attainment chooses something.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Name">The component's id.</param>
internal sealed record Reference(Spot At, string Name);

/// <summary>What several readers of one component find.</summary>
internal sealed class Findings
{
    /// <summary>Components named in it.</summary>
    public List<Reference> References { get; } = [];

    /// <summary>Places that need the component's own quota.</summary>
    public List<Spot> NeedQuota { get; } = [];

    /// <summary>Reads the name of a component whose attainment chooses.</summary>
    public string By(Spot? spot)
    {
        var name = spot?.Id();
        if (spot is not null && name is not null)
        {
            References.Add(new Reference(spot, name));
        }

        return name ?? "";
    }
}

/// <summary>Reads a component.</summary>
internal static class ComponentReader
{
    private static readonly string[] Known =
    [
        "component", "title", "credit", "when", "measure", "limit", "window", "quota",
        "rate", "per-unit", "tiers", "curve", "matrix", "tiers-apply",
        "at-bound", "threshold", "multiplier", "gate", "cap", "floor",
    ];

    /// <summary>The component, or null where it is no map.</summary>
    /// <param name="spot">Where it stands.</param>
    /// <param name="windowDefault">That of the plan's pay frequency, or null where that is in error.</param>
    public static ComponentDraft? Read(Spot spot, WindowKind? windowDefault)
    {
        var fields = spot.Fields(Known);
        if (fields is null)
        {
            return null;
        }

        var findings = new Findings();
        var window = fields["window"] is { } written ? written.Choice(Words.Windows) : windowDefault;
        var id = fields.Need("component")?.Id() ?? "";
        var component = new Component
        {
            Id = id,
            Title = fields["title"]?.Label() ?? id,
            Credit = fields["credit"] is { } credit ? ReadCredit(credit) : [CreditRole.Owner],
            When = fields["when"] is { } when ? WhenReader.Read(when) : [],
            Measure = fields["measure"] is { } measure ? ReadMeasure(measure) : Measure.Amount,
            Limit = fields["limit"]?.PlainFromZero("a number in units of the measure"),
            Window = window ?? default,
            Quota = fields["quota"]?.Label(),
            Pay = PayReader.Read(fields, findings),
            AtBound = fields["at-bound"]?.Choice(Words.AtBound) ?? default,
            Threshold = ReadThreshold(fields["threshold"], findings),
            Multipliers = MultiplierReader.Read(fields, findings),
            Cap = fields["cap"]?.Plain("a sum of money"),
            Floor = fields["floor"]?.Plain("a sum of money"),
        };
        ComponentChecks.Run(fields, component, findings);
        return new ComponentDraft(fields, component, window is not null, [.. findings.References]);
    }

    private static ImmutableArray<CreditRole> ReadCredit(Spot spot)
    {
        var roles = ImmutableArray.CreateBuilder<CreditRole>();
        foreach (var item in spot.Items("a list of roles") ?? [])
        {
            var role = item.Choice(Words.Roles);
            if (role is { } again && roles.Contains(again))
            {
                item.Error("stands in the list twice");
            }
            else if (role is { } read)
            {
                roles.Add(read);
            }
        }

        return roles.ToImmutable();
    }

    private static Measure ReadMeasure(Spot spot)
    {
        const string Prefix = "field:";
        return spot.Node is TextNode { Text: var text } && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Length > Prefix.Length
                ? new Measure(MeasureKind.Field, text[Prefix.Length..])
                : Named(spot);
    }

    private static Measure Named(Spot spot)
    {
        if (spot.Choice(Words.Measures) is not { } kind)
        {
            return Measure.Amount;
        }

        if (kind == MeasureKind.Field)
        {
            spot.Error("NAME stands for the field's own name");
        }

        return new Measure(kind);
    }

    private static Bound? ReadThreshold(Spot? spot, Findings findings)
    {
        var bound = spot?.Bound();
        if (spot is not null && bound is { OfQuota: true })
        {
            findings.NeedQuota.Add(spot);
        }

        return bound;
    }
}
