using System.Diagnostics.CodeAnalysis;

namespace Commission.Client.Dynamic;

/// <summary>A JSON text that is no message of the type that was asked for.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a place it would say nothing.")]
public sealed class JsonRefusedException : Exception
{
    /// <summary>Says what is wrong and where.</summary>
    /// <param name="place">Where, such as `deal.owners[0].share`; empty for the whole text.</param>
    /// <param name="problem">What is wrong, as a sentence.</param>
    public JsonRefusedException(string place, string problem)
        : base(place.Length > 0 ? $"{place}: {problem}" : problem) => (Place, Problem) = (place, problem);

    /// <summary>Where, such as `deal.owners[0].share`; empty for the whole text.</summary>
    public string Place { get; }

    /// <summary>What is wrong, as a sentence.</summary>
    public string Problem { get; }
}
