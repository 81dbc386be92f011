using System.Runtime.InteropServices;
using Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>
/// A payee's last answer, for who asks the same again before anything has changed. It is kept from the second such
/// question on: most payees of many are asked once, if at all, and their answers would take more memory than their
/// figures.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct KeptEstimate
{
    private Estimate? _estimate;
    private DateOnly _on;
    private bool _asked;

    /// <summary>The answer for a day; null where it is not kept.</summary>
    public readonly Estimate? Of(DateOnly day) => _on == day ? _estimate : null;

    /// <summary>A day was asked about.</summary>
    /// <param name="day">The day.</param>
    /// <param name="answer">Not changed afterwards; null where there is none.</param>
    public void Answered(DateOnly day, Estimate? answer)
    {
        _estimate = _asked && _on == day ? answer : null;
        (_on, _asked) = (day, true);
    }
}
