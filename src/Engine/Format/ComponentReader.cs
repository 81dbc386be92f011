using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A component as far as it could be read, with what only the whole plan can judge.</summary>
/// <param name="Fields">Its fields, for positions.</param>
/// <param name="Value">The component; holds defaults where errors were reported.</param>
/// <param name="WindowKnown">False where the window is in error.</param>
/// <param name="References">Names of components.</param>
/// <param name="IsClean">Whether no error was reported in it.</param>
internal sealed record ComponentDraft(
    Fields Fields, Component Value, bool WindowKnown, ImmutableArray<Reference> References, bool IsClean);

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
    /// <summary>The component, or null where it is no map.</summary>
    /// <param name="spot">Where it stands.</param>
    /// <param name="windowDefault">That of the plan's pay frequency, or null where that is in error.</param>
    public static ComponentDraft? Read(Spot spot, WindowKind? windowDefault)
    {
        var errors = spot.Problems.Errors;
        var fields = spot.Fields(ComponentShapes.Component);
        if (fields is null)
        {
            return null;
        }

        var findings = new Findings();
        var window = fields["window"] is null ? windowDefault : fields.Take(ComponentShapes.Window);
        var id = fields.Take(ComponentShapes.Id) ?? "";
        var component = new Component
        {
            Id = id,
            Title = fields.Take(ComponentShapes.Title) ?? id,
            Credit = fields.At(ComponentShapes.Credit) is { } credit ? ReadCredit(credit) : [CreditRole.Owner],
            When = fields.At(ComponentShapes.When) is { } when ? WhenReader.Read(when) : [],
            Measure = fields.At(ComponentShapes.Measure) is { } measure ? ReadMeasure(measure) : Measure.Amount,
            Limit = fields.Take(ComponentShapes.Limit),
            Window = window ?? default,
            Quota = fields.Take(ComponentShapes.Quota),
            Pay = PayReader.Read(fields, findings),
            AtBound = fields.Take(ComponentShapes.AtBound) ?? default,
            Threshold = ReadThreshold(fields, findings),
            Multipliers = MultiplierReader.Read(fields, findings),
            Cap = fields.Take(ComponentShapes.Cap),
            Floor = fields.Take(ComponentShapes.Floor),
        };
        ComponentChecks.Run(fields, component, findings, spot.Problems.Errors == errors);
        var isClean = spot.Problems.Errors == errors && window is not null;
        return new ComponentDraft(fields, component, window is not null, [.. findings.References], isClean);
    }

    private static ImmutableArray<CreditRole> ReadCredit(Spot spot)
    {
        var roles = ImmutableArray.CreateBuilder<CreditRole>();
        foreach (var item in spot.Items("a list of roles") ?? [])
        {
            var role = ComponentShapes.Role.Read(item);
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

    private static Bound? ReadThreshold(Fields fields, Findings findings)
    {
        var bound = fields.Take(ComponentShapes.Threshold);
        if (bound is { OfQuota: true } && fields.At(ComponentShapes.Threshold) is { } spot)
        {
            findings.NeedQuota.Add(spot);
        }

        return bound;
    }
}
