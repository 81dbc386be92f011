namespace Commission.Simulation.Tests.Running;

/// <summary>What simulations went through.</summary>
internal sealed class Totals
{
    public int Seeds { get; set; }

    public long Events { get; set; }

    public long Acknowledgements { get; set; }

    public long DiskFaults { get; set; }

    public long LostWrites { get; set; }

    public long SpoiledRecords { get; set; }

    public long Processes { get; set; }

    public long Crashes { get; set; }

    public long Turns { get; set; }

    public long Figures { get; set; }

    public TimeSpan Time { get; set; }

    /// <summary>Of everything that happened; equal when a seed is replayed; 0 for several seeds.</summary>
    public ulong Digest { get; set; }

    public void Add(Totals other)
    {
        Seeds += other.Seeds;
        Events += other.Events;
        Acknowledgements += other.Acknowledgements;
        DiskFaults += other.DiskFaults;
        LostWrites += other.LostWrites;
        SpoiledRecords += other.SpoiledRecords;
        Processes += other.Processes;
        Crashes += other.Crashes;
        Turns += other.Turns;
        Figures += other.Figures;
        Time += other.Time;
    }

    public override string ToString() =>
        $"{Seeds} seeds, {Time.TotalHours:0.0} simulated hours, {Events} events ({Acknowledgements} acknowledgements), "
        + $"{DiskFaults} disk faults, {LostWrites} writes lost, {SpoiledRecords} records "
        + $"damaged, {Processes} processes, {Crashes} crashes and restarts, "
        + $"{Turns} turns, {Figures} figures compared"
        + (Digest == 0 ? "" : $", digest {Digest:x16}");
}
