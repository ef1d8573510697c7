using SnnNotebooks.OwnProcess;

switch (args)
{
    case ["sums", var steps]:
        return LeftToTheCollector.Sums(int.Parse(steps));
    case ["numbers", var steps]:
        return LeftToTheCollector.Numbers(int.Parse(steps));
    case ["load"]:
        ProcessState.Print();
        return 0;
    case ["tune", .. var leaveOut]:
        SnnNotebooks.Native.ProcessTuning.Apply(leaveOut.FirstOrDefault());
        ProcessState.Print();
        return 0;
    case ["limited"]:
        return LimitedMemory.Neurons();
    default:
        Console.Error.WriteLine("expected: sums STEPS, numbers STEPS, load, limited, tune [-MEASURE,...]");
        return 2;
}
