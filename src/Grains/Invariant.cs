using System.Runtime.CompilerServices;

namespace Commission.Grains;

/// <summary>Checks that stay on in production: where one fails, the program has a bug and must not go on.</summary>
internal static class Invariant
{
    /// <summary>Throws unless the condition holds.</summary>
    /// <exception cref="InvariantException">It does not.</exception>
    public static void Holds(
        bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref InvariantText text)
    {
        if (!condition)
        {
            throw new InvariantException(text.ToStringAndClear());
        }
    }
}

/// <summary>Builds its text only where an invariant is broken, so that checks are free where they hold.</summary>
[InterpolatedStringHandler]
internal ref struct InvariantText
{
    private DefaultInterpolatedStringHandler _text;

    public InvariantText(int literalLength, int formattedCount, bool condition, out bool isBroken)
    {
        isBroken = !condition;
        _text = isBroken ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string ToStringAndClear() => _text.ToStringAndClear();
}

/// <summary>A bug: something that always holds does not.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1032", Justification = "Without its text it says nothing.")]
public sealed class InvariantException(string what) : Exception($"Broken invariant: {what}.");
