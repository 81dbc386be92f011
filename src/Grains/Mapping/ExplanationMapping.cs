using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Mapping;

/// <summary>The engine's explanations, as the API says them.</summary>
internal static class ExplanationMapping
{
    /// <summary>A figure with its lines, and what explains them.</summary>
    public static Api.Explanation ToApi(this Explanation explanation)
    {
        var result = new Api.Explanation
        {
            Kind = Word(explanation.Kind.ToString()),
            Title = explanation.Title,
            Unit = explanation.Unit.Name,
            Figure = explanation.Figure.ToString(),
        };
        result.Lines.AddRange(explanation.Lines.Select(ToApi));
        return result;
    }

    private static Api.ExplanationLine ToApi(TraceLine line) => new()
    {
        Step = Word(line.Step.ToString()),
        Text = line.Text,
        Subject = line.Subject ?? "",
        From = line.From?.ToString() ?? "",
        To = line.To?.ToString() ?? "",
        Quantity = line.Quantity?.ToString() ?? "",
        Rate = line.Rate?.ToString() ?? "",
        Effect = line.Effect.ToString(),
        Detail = line.Detail?.ToApi(),
    };

    // CarriedOver is written carried-over, as the plan format writes its words.
    private static string Word(string name) => string
        .Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
}
